// What the two views share: a tree that is read again when the daemon says so, or has come or gone.

import {
  commands,
  EventEmitter,
  window,
  type TreeDataProvider,
  type TreeDragAndDropController,
  type TreeItem,
  type TreeView,
} from "vscode";
import type { Context } from "../context";
import type { Owned } from "../owned";
import { plainText } from "./text";

export abstract class LiveTree<Node> implements TreeDataProvider<Node> {
  protected readonly ctx: Context;
  readonly #changes = new EventEmitter<undefined>();
  readonly #messages = new EventEmitter<string>();
  readonly #listings = new EventEmitter<boolean>();
  #wasThere = false;

  readonly onDidChangeTreeData = this.#changes.event;
  readonly onDidChangeMessage = this.#messages.event;
  /** Whether what there is has been listed: before, an empty tree does not mean that there is nothing. */
  readonly onDidList = this.#listings.event;

  constructor(ctx: Context) {
    this.ctx = ctx;
  }

  abstract getChildren(parent?: Node): Promise<Node[]>;
  abstract getTreeItem(node: Node): TreeItem;

  /** Whether there is somebody to ask for what the tree shows. */
  protected abstract isThere(): boolean;

  dispose(): void {
    this.#changes.dispose();
    this.#messages.dispose();
    this.#listings.dispose();
  }

  refresh(): void {
    this.#changes.fire(undefined);
  }

  /** Other states of the daemon say nothing about what is shown. */
  stateChanged(): void {
    const isThere = this.isThere();
    if (isThere !== this.#wasThere) {
      this.#wasThere = isThere;
      this.#listings.fire(false);
      this.refresh();
    }
  }

  /** The rows at the root have come. */
  protected listed(): void {
    this.#listings.fire(this.isThere());
  }

  /** Text above the tree; none when empty. */
  protected say(message: string): void {
    this.#messages.fire(message);
  }
}

/**
 * Show a tree in the view of that id; `changes` subscribes to what makes it out of date, `dropped` is given what is
 * dropped on it.
 */
export function showLiveTree<Node>(
  ctx: Context,
  viewId: string,
  tree: LiveTree<Node>,
  changes: (refresh: () => void) => Owned,
  dropped?: TreeDragAndDropController<Node>,
): TreeView<Node> {
  const view = window.createTreeView(viewId, {
    treeDataProvider: tree,
    showCollapseAll: true,
    ...(dropped === undefined ? {} : { dragAndDropController: dropped }),
  });
  tree.onDidChangeMessage((message) => {
    view.message = plainText(message);
  });
  tree.onDidList((isListed) => {
    void commands.executeCommand("setContext", `${viewId}.listed`, isListed);
  });
  ctx.subscriptions.push(
    view,
    tree,
    changes(() => {
      tree.refresh();
    }),
    ctx.daemon.onDidChangeState(() => {
      tree.stateChanged();
    }),
  );
  return view;
}
