using MlNetVision.Detection.Evaluation.DataSets;

namespace MlNetVision.Training;

/// <summary>Images with the names of their classes, as a folder or a list has them, before the classes are numbered.</summary>
/// <param name="Source">The folder or file.</param>
/// <param name="Classes">The names of all classes that were found, with images or without.</param>
/// <param name="Images">The images in order.</param>
/// <param name="Warnings">What was left out.</param>
internal sealed record NamedImages(string Source, IReadOnlyCollection<string> Classes, IReadOnlyList<(string Path, string Label)> Images, DataSetWarnings Warnings)
{
    private const int Listed = 20;

    /// <summary>Numbers the classes: by the given labels, or by their own in ordinal order.</summary>
    public LabeledImages For(IReadOnlyList<string>? labels)
    {
        if (labels is null) labels = OwnLabels();
        else if (Classes.Where(name => !labels.Contains(name, StringComparer.Ordinal)).Order(StringComparer.Ordinal).ToList() is [_, ..] unknown)
            throw new BadDataSetException($"{Source}: has images of {List(unknown)}, which {(unknown.Count == 1 ? "is" : "are")} none of the known classes {List(labels)}.");
        var indices = labels.Select((label, i) => (label, i)).ToDictionary(x => x.label, x => x.i, StringComparer.Ordinal);
        return new(Source, labels, [.. Images.Select(image => new LabeledImage(image.Path, indices[image.Label]))], Warnings.ToList());
    }

    private List<string> OwnLabels()
    {
        var labels = Classes.Order(StringComparer.Ordinal).ToList();
        var used = Images.Select(image => image.Label).ToHashSet(StringComparer.Ordinal);
        if (labels.Where(label => !used.Contains(label)).ToList() is [_, ..] empty && used.Count > 0)
            throw new BadDataSetException($"{Source}: no images of the {(empty.Count == 1 ? "class" : "classes")} {List(empty)}; expected {string.Join(", ", Imaging.ImageFiles.Extensions)}, or no such class.");
        if (used.Count == 1) throw new BadDataSetException($"{Source}: '{labels[0]}' is the only class; expected two at least.");
        return labels;
    }

    private static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Listed).Select(name => $"'{name}'")) + (names.Count > Listed ? $", … ({names.Count} in all)" : "");
}
