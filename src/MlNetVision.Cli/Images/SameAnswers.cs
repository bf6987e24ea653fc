namespace MlNetVision.Cli.Images;

/// <summary>
/// Notices when a network answers all images of a run alike, which it hardly does when it sees them as it was trained to: a wrong input
/// normalisation is the usual cause.
/// </summary>
/// <param name="what">The answer in words, such as "one class covers every pixel".</param>
/// <param name="least">How many images it takes.</param>
internal sealed class SameAnswers(string what, int least)
{
    private string? _first;
    private int _images;
    private bool _differ;

    /// <summary>Takes the answer of one image; null: one of several parts, which is not suspicious.</summary>
    public void Add(string? answer)
    {
        _images++;
        _first ??= answer;
        _differ |= answer is null || answer != _first;
    }

    /// <summary>A remark for the user; null where the answers differ, or there are few.</summary>
    public string? Remark => _differ || _images < least ? null : FormattableString.Invariant(
        $"{what} of all {_images} images: {_first}. If they should differ, the network may not see them as it was trained to: --preprocess and --resize state how.");
}
