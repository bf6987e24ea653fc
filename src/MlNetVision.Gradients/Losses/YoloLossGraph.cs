using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Losses;

/// <summary>Writes the nodes of a <see cref="YoloLoss"/>.</summary>
/// <param name="writer">The writer behind the network.</param>
/// <param name="loss">The names of inputs and terms.</param>
internal sealed class YoloLossGraph(LossWriter writer, YoloLoss loss)
{
    private readonly GraphWriter _graph = writer.Graph;
    private readonly Dictionary<string, GraphTensor> _sums = [];

    public void Write(IReadOnlyList<YoloGridGeometry> grids)
    {
        var truth = writer.Target(loss.Truth, DataType.Float, -1, -1, 4);
        foreach (var geometry in grids)
        {
            var grid = new YoloGridGraph(writer, geometry, truth);
            if (geometry.Head is RegionLossHead region) Write(grid, region);
            else Write(grid, (YoloV3LossHead)geometry.Head);
        }
        var images = _graph[grids[0].Grid].Do("Shape").At(0, 0).Cast(DataType.Float);
        GraphTensor? total = null;
        foreach (var term in loss.Terms)
        {
            var mean = _sums.TryGetValue(term, out var sum) ? sum / images : _graph.Scalar(0);
            _graph.Output(term, mean, DataType.Float);
            if (_sums.ContainsKey(term)) total = total is null ? mean : total.Value + mean;
        }
        writer.Output(total!.Value);
    }

    private void Write(YoloGridGraph grid, RegionLossHead head)
    {
        var given = YoloResponsible.Given(_graph, grid.Geometry);
        var objects = head.BiasMatch ? given : given.ByPrediction(grid, exclusive: head.Softmax);
        var x = grid.Rows.Gather(objects.Positions);
        Add(loss.Box, grid.SizeScale(objects) * head.CoordScale * 0.5f
            * ((x.Columns(0, 2).Sigmoid() - grid.CenterTargets(objects)).Square() + (x.Columns(2, 4) - grid.SizeTargets(objects)).Square()));
        var target = head.Rescore ? writer.Detached(grid.Predicted(x, objects.Positions).Iou(YoloBox.OfColumns(objects.Boxes))) : _graph.Scalar(1);
        Add(loss.Objectness, (x.Columns(4, 5).Sigmoid() - target).Square() * (0.5f * head.ObjectScale));
        Add(loss.NoObject, grid.Free(head.Threshold, objects) * grid.Objectness.Sigmoid().Square() * (0.5f * head.NoObjectScale));
        var classes = x.Columns(5, grid.Geometry.Attributes);
        Add(loss.Class, (head.Softmax ? -(objects.Classes * classes.LogSoftmax(1)) : Logistic(classes, objects.Classes)) * head.ClassScale);
        if (head.PriorScale > 0)
            Add(loss.Prior, grid.DistanceToPrior() * grid.Others(objects) * (writer.Target(loss.PriorWeight, DataType.Float, 1) * (0.5f * head.PriorScale)));
    }

    private void Write(YoloGridGraph grid, YoloV3LossHead head)
    {
        var objects = YoloResponsible.Given(_graph, grid.Geometry);
        if (head.TruthThreshold < 1)
            objects = objects.WithOverlapping(grid, writer.Target(loss.TruthClasses, DataType.Float, -1, -1, head.Classes), head.TruthThreshold);
        var x = grid.Rows.Gather(objects.Positions);
        Add(loss.Box, grid.SizeScale(objects) * head.BoxScale * BoxTerm(grid, head, x, objects));
        Add(loss.Objectness, Logistic(x.Columns(4, 5), _graph.Scalar(1)) * head.ObjectScale);
        Add(loss.NoObject, grid.Free(head.IgnoreThreshold, objects) * grid.Objectness.Do("Softplus") * head.ObjectScale);
        Add(loss.Class, Logistic(x.Columns(5, grid.Geometry.Attributes), objects.Classes) * head.ClassScale);
    }

    private GraphTensor BoxTerm(YoloGridGraph grid, YoloV3LossHead head, GraphTensor x, YoloResponsible objects)
    {
        if (head.BoxLoss != YoloBoxLoss.SquaredError)
            return 1 - grid.Predicted(x, objects.Positions).Overlap(YoloBox.OfColumns(objects.Boxes), head.BoxLoss, writer);
        // The slope of s·softplus(x) − (t + (s − 1)/2)·x is s·σ(x) − (s − 1)/2 − t, the error that Darknet goes back by.
        var (s, raw) = (head.ScaleXY, x.Columns(0, 2));
        var centers = (raw.Do("Softplus") * s) - ((grid.CenterTargets(objects) + ((s - 1) / 2)) * raw);
        return centers + ((x.Columns(2, 4) - grid.SizeTargets(objects)).Square() * 0.5f);
    }

    /// <summary>Logistic cross-entropy −t·log σ(x) − (1 − t)·log(1 − σ(x)) = log(1 + eˣ) − t·x.</summary>
    private static GraphTensor Logistic(GraphTensor x, GraphTensor target) => x.Do("Softplus") - (target * x);

    private void Add(string term, GraphTensor values)
    {
        var sum = values.Sum(null, keepAxes: false);
        _sums[term] = _sums.TryGetValue(term, out var before) ? before + sum : sum;
    }
}

/// <summary>Columns of a tensor rows × columns.</summary>
internal static class YoloColumns
{
    public static GraphTensor Columns(this GraphTensor rows, long start, long end) => rows.Slice(start, end, 1);
}
