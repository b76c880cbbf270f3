-- Neovim as a client of the language server: does what a user does, writes what it was answered to a JSON file.

local answers = {}

local function give_up(message)
  io.stderr:write(message .. "\n")
  vim.cmd("cquit 1")
end

local function try_all()
  vim.cmd("edit analysis.py")
  local client_id = vim.lsp.start_client({ name = "whiskertoolbox", cmd = vim.json.decode(os.getenv("LANGUAGE_SERVER")), root_dir = vim.fn.getcwd() })
  vim.lsp.buf_attach_client(0, client_id)
  if not vim.wait(120000, function() return vim.lsp.get_client_by_id(client_id).initialized end, 20) then
    give_up("the server did not start")
  end

  local function ask(method, line, character, more)
    local params = vim.tbl_extend("force", {
      textDocument = vim.lsp.util.make_text_document_params(),
      position = { line = line, character = character },
    }, more or {})
    local replies, problem = vim.lsp.buf_request_sync(0, method, params, 120000)
    if problem then give_up(method .. ": " .. problem) end
    local reply = replies[client_id]
    if reply.error then give_up(method .. ": " .. reply.error.message) end
    return reply.result
  end

  answers.completion = vim.tbl_map(function(item) return item.label end, ask("textDocument/completion", 0, 12).items)
  answers.hover = ask("textDocument/hover", 1, 21).contents.value
  answers.definition = vim.tbl_map(
    function(place) return { vim.uri_to_fname(place.uri), place.range.start.line } end,
    ask("textDocument/definition", 1, 21)
  )
  if not vim.wait(120000, function() return #vim.diagnostic.get(0) > 0 end, 20) then give_up("no diagnostics") end
  answers.diagnostics = vim.tbl_map(function(one) return { one.lnum, one.message } end, vim.diagnostic.get(0))

  local edit = ask("textDocument/rename", 1, 21, { newName = "renamed" })
  vim.lsp.util.apply_workspace_edit(edit, "utf-16")
  answers.renamed = vim.api.nvim_buf_get_lines(0, 0, -1, false)

  local file = io.open(os.getenv("ANSWERS"), "w")
  file:write(vim.json.encode(answers))
  file:close()
  vim.lsp.stop_client(client_id)
  vim.wait(20000, function() return vim.lsp.client_is_stopped(client_id) end, 20)
  vim.cmd("qall!")
end

local done, problem = pcall(try_all)
if not done then give_up(problem) end
