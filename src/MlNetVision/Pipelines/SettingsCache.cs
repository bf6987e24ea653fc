namespace MlNetVision.Pipelines;

/// <summary>Makes something of the settings column once: rows of one chain all carry the same text.</summary>
internal sealed class SettingsCache<TSettings, TResult>(Func<TSettings, TResult> make) where TResult : class
{
    private Tuple<string, TResult>? _last;

    public TResult Get(ReadOnlyMemory<char> text)
    {
        var last = _last;
        if (last is null || !text.Span.SequenceEqual(last.Item1))
        {
            var copy = text.ToString();
            _last = last = Tuple.Create(copy, make(PipelineJson.Read<TSettings>(copy, "the saved pipeline")));
        }
        return last.Item2;
    }
}
