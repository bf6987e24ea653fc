using MlNetVision.Inference;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Classification;

/// <summary>The output of a network that holds a score for each class.</summary>
/// <param name="Name">The name of the ONNX output.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="Quantizer">The producer of its 8-bit numbers, which holds their scale; null: none.</param>
/// <param name="IsProbability">Whether the graph itself gives probabilities: by a softmax, by logistic functions, or in 8 bits.</param>
internal sealed record ClassifierOutput(string Name, DataType Type, int Classes, NodeProto? Quantizer, bool IsProbability)
{
    /// <summary>Whether the scale of its 8-bit numbers is unknown.</summary>
    public bool HasUnknownScale => Type == DataType.Uint8 && Quantizer is null;

    /// <summary>Reads the output from the model.</summary>
    /// <param name="model">The network.</param>
    /// <param name="input">Its input.</param>
    /// <param name="name">The output; null: the only one.</param>
    /// <exception cref="BadModelException">There is no such output, or it does not hold a score for each class.</exception>
    public static ClassifierOutput Of(OnnxModel model, NetworkInput input, string? name)
    {
        var output = Choose(model, name);
        var quantizer = NetworkEnd.Chain(model, output.Name).FirstOrDefault(n => n.OpType == "QuantizeLinear");
        if (!(output.Type is DataType.Float or DataType.Double or DataType.Uint8 || (output.Type == DataType.Int8 && quantizer is not null)))
            throw new BadModelException($"{model.Name}: the output '{output.Name}' holds {ElementType.Name(output.Type)}; expected scores of float, float16 or 8 bits.");
        var shape = Shape(model, input, output);
        var classes = shape.Where(d => d > 1).DefaultIfEmpty(1).Max();
        // One axis of classes; batch and spatial axes are 1.
        if (shape.Count(d => d > 1) != 1)
            throw new BadModelException($"{model.Name}: the output '{output.Name}' has the shape {string.Join('×', shape)}; expected one score for each of at least 2 classes, such as 1×1000.");
        var probability = output.Type is DataType.Uint8 || NetworkEnd.SoftmaxInput(model, output.Name) is not null || NetworkEnd.Last(model, output.Name) is { OpType: "Sigmoid" };
        return new ClassifierOutput(output.Name, output.Type, checked((int)classes), quantizer, probability);
    }

    private static OnnxValue Choose(OnnxModel model, string? name)
    {
        var outputs = model.Outputs;
        var found = name is null ? outputs.Count == 1 ? outputs[0] : null : outputs.FirstOrDefault(o => o.Name == name);
        var names = string.Join(", ", outputs.Select(o => o.Name));
        return found ?? throw new BadModelException(name is null
            ? $"{model.Name}: has {outputs.Count} outputs; name the one that holds the scores: {names}."
            : $"{model.Name}: has no output '{name}'. Outputs: {names}.");
    }

    // A free batch counts as 1.
    private static long[] Shape(OnnxModel model, NetworkInput input, OnnxValue output)
    {
        if (output.HasShape && output.Shape.Skip(1).All(d => d is > 0)) return [1, .. output.Shape.Skip(1).Select(d => d!.Value)];
        var inputs = model.Inputs.Select(i => i with { Shape = [.. input.Shape.Select(d => (long?)d)], HasShape = true });
        var found = new ShapeInference(model, inputs)[output.Name].Shape;
        return found is not null && found.All(d => d is > 0)
            ? [.. found.Select(d => d!.Value)]
            : throw new BadModelException($"{model.Name}: does not say how many scores the output '{output.Name}' holds; expected a shape such as 1×1000.");
    }
}
