using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>A head of a published family, which the shapes of its outputs tell; see <see cref="HeadFamily"/>.</summary>
internal abstract record FamilyHead : IDetectionHead
{
    /// <summary>The names of its outputs.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }

    /// <summary>The number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Whether the file states the family: Ultralytics' metadata. Else the shapes of the outputs told it, or the user.</summary>
    public bool IsStated { get; init; }

    string IDetectionHead.Format => FormatName;

    HeadConventions IDetectionHead.Conventions => Usual;

    // Not public: what is the family's and not the network's stands in no saved pipeline.
    /// <summary>The name of its <see cref="DetectionHeadFormat"/>.</summary>
    protected abstract string FormatName { get; }

    /// <summary>What is usual for the family.</summary>
    protected abstract HeadConventions Usual { get; }

    /// <summary>The family in words.</summary>
    protected abstract string Title { get; }

    public abstract IHeadDecoder CreateDecoder(int networkWidth, int networkHeight);

    public abstract string ToJson();

    public void Check(string model, IReadOnlyList<HeadOutput> outputs)
    {
        if (Misfit(outputs) is not { } expected) return;
        throw new BadModelException(
            $"{model}: the {(outputs.Count == 1 ? "output has" : "outputs have")} the shape {ShapesOf(outputs)}; expected {expected} for {Title}.");
    }

    /// <summary>Checks that values have the shapes of the head's outputs.</summary>
    public void Require(IReadOnlyList<HeadValues> outputs) => Check("the network", [.. outputs.Select((o, i) => new HeadOutput(Outputs[i], o.Shape))]);

    /// <summary>The class that an end-to-end list states as a number.</summary>
    /// <exception cref="BadModelException">It is none of the known ones.</exception>
    public int ClassOf(float stated)
    {
        var index = (int)MathF.Round(stated);
        return (uint)index < (uint)Classes ? index : throw new BadModelException(FormattableString.Invariant(
            $"The output '{Outputs[0]}' gives the class {stated}, but {Classes} {(Classes == 1 ? "class is" : "classes are")} known: give the names of all (--labels)."));
    }

    public virtual HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight) =>
        throw new BadModelException($"The decoding of {Title} cannot be part of a network; save it without standalone.");

    public string Describe(IReadOnlyList<HeadOutput> outputs) => string.Create(CultureInfo.InvariantCulture,
        $"{Title} · {Classes} {(Classes == 1 ? "class" : "classes")} · {Boxes(outputs):N0} boxes · suppression {(Usual.SuppressesItself ? "inside" : "outside")}");

    /// <summary>The number of boxes of an image.</summary>
    protected abstract long Boxes(IReadOnlyList<HeadOutput> outputs);

    /// <summary>What was expected in place of these outputs; null where they fit.</summary>
    protected abstract string? Misfit(IReadOnlyList<HeadOutput> outputs);

    /// <summary>Shapes in words.</summary>
    public static string ShapesOf(IEnumerable<HeadOutput> outputs) => string.Join(", ", outputs.Select(o => $"{o.Name} {string.Join('×', o.Shape)}"));

    /// <summary>The format of a family: its heads stand as a list of JSON under the library's key.</summary>
    public static DetectionHeadFormat FormatOf<T>(string name, JsonTypeInfo<T> one, JsonTypeInfo<T[]> several, params HeadFamily[] families)
        where T : FamilyHead => StoredHeads.Format(name, one, several, (_, _) => null) with { Families = families };
}

/// <summary>A family of networks that the shapes of their outputs tell.</summary>
/// <param name="Name">The name that <c>--head</c> takes.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Match">
/// The head for a network; null where its outputs are not those of the family. Where <see cref="NetworkForm.IsAsked"/> is false it has to be sure.
/// </param>
public sealed record HeadFamily(string Name, string Title, Func<NetworkForm, IDetectionHead?> Match)
{
    /// <summary>Whether Ultralytics writes its files, so that their metadata counts first. Default: false.</summary>
    public bool IsOfUltralytics { get; init; }
}
