namespace MlNetVision.Pipelines;

/// <summary>Parses the settings column once: rows of one chain all carry the same text.</summary>
internal sealed class SettingsCache<T>(Func<string, T> parse) where T : class
{
    private Tuple<string, T>? _last;

    public T Get(ReadOnlyMemory<char> text)
    {
        var last = _last;
        if (last is null || !text.Span.SequenceEqual(last.Item1))
        {
            var copy = text.ToString();
            _last = last = Tuple.Create(copy, parse(copy));
        }
        return last.Item2;
    }
}
