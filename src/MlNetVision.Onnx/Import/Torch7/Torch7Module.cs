using System.Globalization;

namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>A module of a network, by its path from the root: <c>3.1</c> is the first in the third.</summary>
internal sealed class Torch7Module(string file, Torch7Object source, string path)
{
    private readonly string _file = file;

    public Torch7Object Source { get; } = source;

    /// <summary>The indices from the root, parted by points; empty for the root.</summary>
    public string Path { get; } = path;

    /// <summary>The class without its package: cudnn's modules compute what nn's do.</summary>
    public string Type => Source.Class.StartsWith("nn.", StringComparison.Ordinal) ? Source.Class[3..]
        : Source.Class.StartsWith("cudnn.", StringComparison.Ordinal) ? Source.Class[6..] : Source.Class;

    /// <summary>What its node and tensor are called, and their names begin with.</summary>
    public string Name => Path.Length == 0 ? Type : $"{Path}.{Type}";

    /// <summary>The modules within.</summary>
    public IEnumerable<Torch7Module> Modules()
    {
        if (Source.Fields["modules"] is not Torch7Table modules) throw Bad("has no table of modules");
        var index = 0;
        foreach (var value in modules.Sequence())
        {
            index++;
            var inner = string.Create(CultureInfo.InvariantCulture, $"{Path}{(Path.Length == 0 ? "" : ".")}{index}");
            yield return value is Torch7Object module ? new Torch7Module(_file, module, inner) : throw Bad($"holds no module at index {index}");
        }
        if (index != modules.Entries.Count)
            throw Bad($"has modules 1 to {index} and {modules.Entries.Count - index} more in its table; modules in a row were expected");
    }

    public bool Has(string field) => Source.Fields[field] is not null;

    public bool Flag(string field) => Source.Fields[field] is true;

    public double Number(string field, double? missing = null) => Source.Fields[field] switch
    {
        double number when float.IsFinite((float)number) => number,
        null when missing is { } value => value,
        null => throw Bad($"{field} is missing; a number was expected"),
        double number => throw Bad($"{field} is {number.ToString(CultureInfo.InvariantCulture)}; a finite number was expected"),
        _ => throw Bad($"{field} is no number"),
    };

    public int Integer(string field, int? missing, int least, int most)
    {
        var number = Number(field, missing);
        return number >= least && number <= most && number == Math.Floor(number)
            ? (int)number
            : throw Bad($"{field} is {number.ToString(CultureInfo.InvariantCulture)}; a whole number from {least} to {most} was expected");
    }

    /// <summary>A tensor, or null where the field is missing or holds an empty one.</summary>
    public Torch7Tensor? Tensor(string field) => Source.Fields[field] switch
    {
        null => null,
        Torch7Tensor { Size.Length: 0 } => null,
        Torch7Tensor tensor => tensor,
        _ => throw Bad($"{field} is no tensor"),
    };

    public BadModelException Bad(string what) => new(
        $"{_file}: {(Path.Length == 0 ? "the network" : $"module {Path}")} ({Torch7Reader.Shorten(Source.Class)}): {what}.");
}
