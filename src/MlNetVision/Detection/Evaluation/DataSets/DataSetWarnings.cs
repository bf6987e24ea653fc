namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>Collects what a reader put right; bounded, as a bad export can have the same flaw in every line.</summary>
internal sealed class DataSetWarnings
{
    private const int Limit = 99;
    private readonly List<string> _first = [];
    private int _more;

    public void Add(string warning)
    {
        if (_first.Count < Limit) _first.Add(warning);
        else _more++;
    }

    public List<string> ToList() => _more == 0 ? [.. _first] : [.. _first, $"and {_more} more"];
}
