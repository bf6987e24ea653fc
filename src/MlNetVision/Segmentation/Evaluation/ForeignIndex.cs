namespace MlNetVision.Segmentation.Evaluation;

/// <summary>Describes an index of a mask that is out of range.</summary>
internal static class ForeignIndex
{
    private const int Listed = 10;

    /// <summary>The error for the first such pixel of the ground truth, else of the prediction.</summary>
    public static Exception Describe(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, int width, string name, IReadOnlyList<string> labels, byte? ignore)
    {
        var foreign = new SortedDictionary<byte, long>();
        var first = -1;
        for (var i = 0; i < truth.Length; i++)
        {
            if (truth[i] < labels.Count || truth[i] == ignore) continue;
            if (first < 0) first = i;
            foreign[truth[i]] = foreign.GetValueOrDefault(truth[i]) + 1;
        }
        if (first < 0) return Predicted(truth, predicted, width, name, labels, ignore);
        return new BadDataSetException(
            $"{name}: the index {truth[first]} at the pixel ({first % width}, {first / width}) is out of range; {Classes(labels)}{(ignore is null ? "" : $", and {ignore} is ignored")}. "
            + $"{foreign.Values.Sum()} pixels have such an index: {Indices([.. foreign.Keys])}. An index that marks unlabelled pixels can be ignored.");
    }

    private static BadModelException Predicted(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predicted, int width, string name, IReadOnlyList<string> labels, byte? ignore)
    {
        var first = 0;
        while (predicted[first] < labels.Count || truth[first] == ignore) first++;
        return new BadModelException($"{name}: the model gives the index {predicted[first]} at the pixel ({first % width}, {first / width}), which is out of range; {Classes(labels)}.");
    }

    private static string Classes(IReadOnlyList<string> labels) =>
        labels.Count == 1 ? $"there is 1 class, 0 ({labels[0]})" : $"there are {labels.Count} classes, 0 ({labels[0]}) to {labels.Count - 1} ({labels[^1]})";

    private static string Indices(List<byte> indices) =>
        string.Join(", ", indices.Take(Listed)) + (indices.Count > Listed ? $", … ({indices.Count} different ones)" : "");
}
