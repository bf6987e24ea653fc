using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Classification;

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
        var names => throw new BadModelException($"{model.Name}: has {classes} classes, but {names.Length} labels are given; expected one label per class."),
    };
}
