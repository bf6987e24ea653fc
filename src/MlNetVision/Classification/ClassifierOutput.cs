using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using MlNetVision.Onnx.Surgery;
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
            throw new BadModelException(
                $"{model.Name}: the output '{output.Name}' holds {ElementType.Name(output.Type)}; expected scores of float, float16 or 8 bits.");
        var shape = Shape(model, input, output);
        var classes = shape.Where(d => d > 1).DefaultIfEmpty(1).Max();
        // One axis of classes; batch and spatial axes are 1.
        if (shape.Count(d => d > 1) != 1 || classes > int.MaxValue)
            throw new BadModelException(
                $"{model.Name}: the output '{output.Name}' has the shape {string.Join('×', shape)}; expected one score for each of at least 2 "
                + "classes, such as 1×1000.");
        var probability = output.Type is DataType.Uint8 || NetworkEnd.SoftmaxInput(model, output.Name) is not null
            || NetworkEnd.Last(model, output.Name) is { OpType: "Sigmoid" };
        return new ClassifierOutput(output.Name, output.Type, (int)classes, quantizer, probability);
    }

    private static OnnxValue Choose(OnnxModel model, string? name)
    {
        var outputs = model.Outputs;
        var found = name is null ? outputs.Count == 1 ? outputs[0] : null : outputs.FirstOrDefault(o => o.Name == name);
        return found ?? throw new BadModelException(name is null
            ? $"{model.Name}: has {outputs.Count} outputs; name the one that holds the scores by --output-name (Output): {OutputList.Of(model)}."
            : $"{model.Name}: has no output '{name}'. Outputs: {OutputList.Of(model)}.");
    }

    // A free batch counts as 1.
    private static long[] Shape(OnnxModel model, NetworkInput input, OnnxValue output)
    {
        if (output.HasShape && output.Shape.Skip(1).All(d => d is > 0)) return [1, .. output.Shape.Skip(1).Select(d => d!.Value)];
        var inputs = model.Inputs.Select(i => i with { Shape = [.. input.Shape.Select(d => (long?)d)], HasShape = true });
        var found = new ShapeInference(model, inputs)[output.Name].Shape;
        return found is not null && found.All(d => d is > 0)
            ? [.. found.Select(d => d!.Value)]
            : throw new BadModelException(
                $"{model.Name}: does not state how many scores the output '{output.Name}' holds; expected a shape such as 1×1000.");
    }
}

/// <summary>Brings all classifiers to one form, whatever their output's type and shape: a vector of float scores per image.</summary>
internal static class ClassifierGraph
{
    /// <summary>The output, float N × classes.</summary>
    public const string Scores = "MlNetVision.Scores";

    private const float ByteScale = 1 / 256f;

    /// <summary>A copy of the network whose one output is <see cref="Scores"/>.</summary>
    /// <param name="model">The network.</param>
    /// <param name="output">The output that holds the scores.</param>
    /// <param name="softmax">Whether they go through a softmax.</param>
    public static OnnxModel Build(OnnxModel model, ClassifierOutput output, bool softmax)
    {
        var built = model.Clone();
        built.Graph.Output.Clear();
        var graph = new GraphWriter(built, "MlNetVision.");
        var row = AsFloat(graph[output.Name], output).Reshape(-1, output.Classes);
        graph.NodeWithOutputs(softmax ? "Softmax" : "Identity", graph.FreeName("End"), [row], [Scores], softmax ? [("axis", 1L)] : []);
        graph.Output(Scores, DataType.Float, -1, output.Classes);
        // Old files would have to list the added initializers among the inputs.
        InitializerInputs.Remove(built);
        return built;
    }

    private static GraphTensor AsFloat(GraphTensor scores, ClassifierOutput output)
    {
        if (output.Quantizer is { } quantizer && output.Type is DataType.Uint8 or DataType.Int8)
            scores = scores.Do("DequantizeLinear", [.. quantizer.Input.Skip(1).Select(i => scores.Graph[i])]);
        if (output.Type != DataType.Float) scores = scores.Cast(DataType.Float);
        return output.HasUnknownScale ? scores * ByteScale : scores;
    }
}

/// <summary>The names of a network's classes.</summary>
internal static class ClassifierLabels
{
    // TensorFlow's ImageNet networks have a background class 0 before the 1,000 of the challenge; lists of names come with and without it.
    private const int ImageNet = 1000;
    private const string Background = "background";

    /// <summary>Names for a number of classes: those of the model, with or without ImageNet's background as needed; else numbers.</summary>
    /// <exception cref="BadModelException">The model has another number of names.</exception>
    public static IReadOnlyList<string> For(OnnxModel model, int classes) => model.GetNames() switch
    {
        null => [.. Enumerable.Range(0, classes).Select(i => FormattableString.Invariant($"class {i}"))],
        var names when names.Length == classes => names,
        { Length: ImageNet } names when classes == ImageNet + 1 => [Background, .. names],
        { Length: ImageNet + 1 } names when classes == ImageNet && names[0].Equals(Background, StringComparison.OrdinalIgnoreCase) => names[1..],
        var names =>
            throw new BadModelException($"{model.Name}: has {classes} classes, but {names.Length} labels are given; expected one label per class."),
    };
}

/// <summary>Selects the highest scores.</summary>
internal static class TopScores
{
    /// <summary>The highest scores, the highest first; of equal ones the lower index first.</summary>
    /// <param name="scores">A score for each label.</param>
    /// <param name="labels">The names of the classes.</param>
    /// <param name="count">How many; all where there are fewer classes.</param>
    /// <exception cref="BadModelException">A score is not a number.</exception>
    public static ClassScore[] Of(ReadOnlySpan<float> scores, IReadOnlyList<string> labels, int count)
    {
        if (scores.Length != labels.Count) throw new BadModelException($"The network gave {scores.Length} scores; {labels.Count} were expected.");
        var top = new ClassScore[Math.Min(count, scores.Length)];
        var found = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i])) throw new BadModelException($"The network's score of class {i} ('{labels[i]}') is not a number.");
            var rank = found;
            while (rank > 0 && scores[i] > top[rank - 1].Score) rank--;
            if (rank == top.Length) continue;
            if (found < top.Length) found++;
            top.AsSpan(rank, found - rank - 1).CopyTo(top.AsSpan(rank + 1));
            top[rank] = new ClassScore(i, labels[i], scores[i]);
        }
        return top;
    }
}
