namespace MlNetVision.Onnx.Import.Torch7;

/// <summary>An object of a class that Torch's packages define, such as a module of a network.</summary>
/// <param name="className">The class, such as <c>nn.Sequential</c>.</param>
internal sealed class Torch7Object(string className)
{
    public string Class { get; } = className;

    /// <summary>Its fields; empty while it is being read, and for an object that has none.</summary>
    public Torch7Table Fields { get; set; } = Torch7Table.Empty;
}
