namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>Collects what a reader put right; bounded, as a bad export can have the same flaw in every line.</summary>
public sealed class DataSetWarnings
{
    private const int Limit = 99;
    private readonly List<string> _first = [];
    private int _more;

    /// <summary>Adds a warning; of more than 99 only the number is kept.</summary>
    public void Add(string warning)
    {
        if (_first.Count < Limit) _first.Add(warning);
        else _more++;
    }

    /// <summary>The warnings, and as the last how many more there were.</summary>
    public IReadOnlyList<string> ToList() => _more == 0 ? [.. _first] : [.. _first, $"and {_more} more"];
}
