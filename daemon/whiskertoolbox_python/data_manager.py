"""placeholder"""


class DataManager: ...
