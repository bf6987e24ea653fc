using MlNetVision.Onnx;

namespace MlNetVision.Training;

/// <summary>A network in training form: one input of rows, one output of logits [N, classes].</summary>
/// <param name="Model">The network.</param>
/// <param name="Parameters">The trained initializers.</param>
/// <param name="RowShape">The shape of one row.</param>
/// <param name="Classes">The number of classes.</param>
internal sealed record TrainableNetwork(OnnxModel Model, IReadOnlyList<string> Parameters, IReadOnlyList<long> RowShape, int Classes)
{
    // So one learning rate serves the features of any network, whatever their number and size.
    private const float Norm = 16;

    /// <summary>A head on flat features.</summary>
    public static TrainableNetwork OfHead(ClassifierHead head, LabeledFeatures rows, int classes, int seed) =>
        new(HeadGraph.Build(head, rows.Columns, classes, rows.ScaleFor(Norm), seed), HeadGraph.Parameters(head), [rows.Columns], classes);
}
