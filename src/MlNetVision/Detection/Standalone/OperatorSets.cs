using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Detection.Standalone;

/// <summary>Brings networks of old operator sets to the least one in which YOLO's decoding can be written.</summary>
internal static class OperatorSets
{
    /// <summary>ai.onnx 11: NonMaxSuppression is of 10; Clip with tensors, GatherND and Softmax of the last axis are of 11.</summary>
    public const long Least = 11;

    private const long Oldest = 7;
    private const long FirstWithFreeTensors = 4; // the version of the file format from which stored tensors need not be listed as inputs

    // What these mean did not change from operator set 7 to 11 (onnx/docs/Changelog.md).
    private static readonly HashSet<string> Unchanged = new(StringComparer.Ordinal)
    {
        "Add", "Sub", "Mul", "Div", "Neg", "Abs", "Exp", "Log", "Sqrt", "Conv", "ConvTranspose", "BatchNormalization", "LeakyRelu", "Relu", "PRelu",
        "Elu", "Sigmoid", "Tanh", "Softmax", "MaxPool", "AveragePool", "GlobalAveragePool", "Concat", "Reshape", "Transpose", "Flatten", "Squeeze",
        "Unsqueeze", "Split", "Dropout", "Gather", "Shape", "Identity", "Constant", "Cast", "MatMul", "Gemm", "ImageScaler",
    };

    /// <summary>Raises a model's operator set where it is too old; the model is changed.</summary>
    /// <exception cref="BadModelException">It has an operator whose meaning changed in between.</exception>
    public static void Raise(OnnxModel model)
    {
        var main = model.Proto.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx");
        if (main is null || main.Version >= Least) return;
        var changed = model.Graph.Node.FirstOrDefault(n => n.Domain is "" or "ai.onnx" && Changes(n));
        if (main.Version < Oldest || changed is not null)
        {
            throw new BadModelException(
                $"{model.Name}: is written in operator set {main.Version}" + (changed is null ? "" : $" with {changed.OpType} '{changed.Name}'")
                + $"; non-maximum suppression inside the network needs {Least} or later. Export it anew.");
        }
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "BatchNormalization")) RemoveSpatial(node);
        main.Version = Least;
        model.Proto.IrVersion = Math.Max(model.Proto.IrVersion, FirstWithFreeTensors);
    }

    // "spatial" went with operator set 9; its default, 1, is what remained.
    private static bool Changes(NodeProto node) =>
        !Unchanged.Contains(node.OpType) || (node.OpType == "BatchNormalization" && node.Integer("spatial", 1) != 1);

    private static void RemoveSpatial(NodeProto node)
    {
        if (node.Find("spatial") is { } spatial) node.Attribute.Remove(spatial);
    }
}
