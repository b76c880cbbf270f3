import { TreeItem } from "vscode";
import { expect, test } from "vitest";
import { LiveTree, showLiveTree } from "../../../extension/src/ui/trees";
import { FakeDaemon } from "../fakes/daemon";
import { contextWith } from "../fakes/views";
import { treeViews } from "../fakes/vscode";

class Tree extends LiveTree<string> {
  protected isThere(): boolean {
    return true;
  }
  getChildren(): Promise<string[]> {
    this.say("first\u202e\u0007\nsecond");
    return Promise.resolve([]);
  }
  getTreeItem(node: string): TreeItem {
    return new TreeItem(node);
  }
}

test("what is said above a tree is one line of text", async () => {
  const ctx = contextWith(new FakeDaemon());
  const tree = new Tree(ctx);
  showLiveTree(ctx, "view", tree, () => ({ dispose: () => undefined }));
  await tree.getChildren();
  expect(treeViews.get("view")?.message).toBe("first\\u{202e}\\u{7} second");
});
