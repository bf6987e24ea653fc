using System.Text.Json;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Detection;

/// <summary>
/// One output of a YOLO9000 network (arXiv:1612.08242, section 4; Darknet's <c>[region]</c> with a <c>tree</c>): a grid as that of
/// <see cref="YoloHeadKind.Region"/>, whose classes are a hierarchy. A box has one class, the deepest that is certain enough
/// (<see cref="HierarchyThreshold"/>), and its objectness as its score.
/// </summary>
internal sealed record YoloTreeHead : IDetectionHead
{
    private const int BoxAttributes = YoloHead.BoxAttributes;

    private ClassTree? _tree;

    public static DetectionHeadFormat HeadFormat { get; } = StoredHeads.Format(
        "yolo-tree", StoredHeadTypes.Default.YoloTreeHead, StoredHeadTypes.Default.YoloTreeHeadArray, (model, output) =>
            output.Kind != "region" || output.Numbers("tree") is not { Count: > 0 } parents ? null : new YoloTreeHead
            {
                Output = output.Output,
                Anchors = YoloHeadReader.Anchors(model, output),
                Parents = [.. parents.Select(p => (int)p)],
                HierarchyThreshold = 0.5f,
            });

    /// <summary>The name of the ONNX output that holds the grid.</summary>
    public required string Output { get; init; }

    /// <summary>Widths and heights of the anchors in grid cells, in the order of the channels.</summary>
    public required IReadOnlyList<AnchorSize> Anchors { get; init; }

    /// <summary>The class above each class, or −1.</summary>
    public required IReadOnlyList<int> Parents { get; init; }

    /// <summary>How certain a class must be to be preferred to the one above it, 0 to 1. Darknet's <c>-hier</c>, by default 0.5.</summary>
    public required float HierarchyThreshold { get; init; }

    string IDetectionHead.Format => HeadFormat.Name;

    IReadOnlyList<string> IDetectionHead.Outputs => [Output];

    int IDetectionHead.Classes => Parents.Count;

    // A head is immutable; two threads at most make the same tree twice.
    private ClassTree Tree => _tree ??= new ClassTree(Parents);

    /// <summary>The head without its hierarchy.</summary>
    private YoloHead Plain => new() { Output = Output, Kind = YoloHeadKind.Region, Anchors = Anchors, Classes = Parents.Count };

    void IDetectionHead.Check(string model, IReadOnlyList<HeadOutput> outputs) => ((IDetectionHead)Plain).Check(model, outputs);

    IHeadDecoder IDetectionHead.CreateDecoder(int networkWidth, int networkHeight)
    {
        if (!(HierarchyThreshold is >= 0 and <= 1))
            throw new BadModelException(FormattableString.Invariant($"YOLO9000 head '{Output}' has the hierarchy threshold {HierarchyThreshold}; expected 0 to 1."));
        return new Decoder(this, Tree, new YoloHeadDecoder(Plain, networkWidth, networkHeight));
    }

    HeadTensors IDetectionHead.Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
    {
        var grid = Plain.Grid(outputs[0].Shape);
        var (anchors, classes, cells) = (Anchors.Count, Parents.Count, (long)grid.Height * grid.Width);
        var count = anchors * cells;
        var rows = graph[Output].Reshape(anchors, BoxAttributes + classes, cells).Transpose(0, 2, 1).Reshape(count, BoxAttributes + classes);
        var conditional = Tree.Softmax(rows.Slice(BoxAttributes, BoxAttributes + classes, axis: 1));
        var objectness = rows.Slice(BoxAttributes - 1, BoxAttributes, axis: 1).Sigmoid();
        // The boxes of the plain head; its scores are left out, as nothing takes them.
        var boxes = YoloHeadGraph.Append(graph, Plain, grid, networkWidth, networkHeight).Boxes;
        // -1: no candidate, even where a threshold is 0.
        return new(boxes, (Tree.Top(conditional, HierarchyThreshold) > 0.5f).Where(objectness, -1), count);
    }

    string IDetectionHead.Describe(IReadOnlyList<HeadOutput> outputs) =>
        $"YOLO9000 grid {outputs[0].Shape[^1]}×{outputs[0].Shape[^2]}, {Anchors.Count} anchors × (5 + {Parents.Count} classes in {Tree.Groups.Count} groups)";

    string IDetectionHead.ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.YoloTreeHead);

    private sealed class Decoder(YoloTreeHead head, ClassTree tree, YoloHeadDecoder boxes) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            var (memory, shape) = outputs[0];
            ((IDetectionHead)head).Check("YOLO9000", [new(head.Output, shape)]);
            var values = memory.Span;
            var grid = head.Plain.Grid(shape);
            var cells = grid.Height * grid.Width;
            for (var anchor = 0; anchor < head.Anchors.Count; anchor++)
            {
                for (var cell = 0; cell < cells; cell++)
                {
                    var raw = values[(anchor * (BoxAttributes + tree.Count) * cells + cell)..];
                    var objectness = 1 / (1 + MathF.Exp(-raw[(BoxAttributes - 1) * cells]));
                    // Not "<": NaN makes a cell empty.
                    if (!(objectness >= thresholds.Lowest)) continue;
                    var best = Top(raw[(BoxAttributes * cells)..], cells);
                    if (objectness >= thresholds.Scores[best]) candidates.Add(new(boxes.Box(raw, cells, anchor, cell, grid), best, objectness));
                }
            }
        }

        /// <summary>The class that a cell is called; see <see cref="ClassTree.Top"/>.</summary>
        private int Top(ReadOnlySpan<float> raw, int stride)
        {
            var (group, called, own, product) = (0, -1, 1f, 1f);
            while (true)
            {
                var (best, share) = Best(raw, stride, tree.Groups[group]);
                own *= share;
                product *= own;
                if (!(product > head.HierarchyThreshold)) return called < 0 ? best : called;
                called = best;
                group = tree.ChildGroups[best];
                if (group < 0) return called;
            }
        }

        /// <summary>The best class of a group, and its probability within the group.</summary>
        private static (int Class, float Share) Best(ReadOnlySpan<float> raw, int stride, (int Start, int Count) group)
        {
            var best = group.Start;
            for (var c = group.Start + 1; c < group.Start + group.Count; c++)
            {
                if (raw[c * stride] > raw[best * stride]) best = c;
            }
            var sum = 0f;
            for (var c = group.Start; c < group.Start + group.Count; c++) sum += MathF.Exp(raw[c * stride] - raw[best * stride]);
            return (best, 1 / sum);
        }
    }
}
