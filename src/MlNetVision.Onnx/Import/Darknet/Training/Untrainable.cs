namespace MlNetVision.Onnx.Import.Darknet.Training;

/// <summary>Refuses what the importer runs and training does not support.</summary>
internal static class Untrainable
{
    private static readonly Dictionary<string, string> Sections = new(StringComparer.Ordinal)
    {
        ["local"] = "kernels that differ from position to position",
        ["crop"] = "boxes would not fit the cropped image",
        ["detection"] = "the loss of YOLO v1; expected [region] or [yolo]",
        ["Gaussian_yolo"] = "the loss of Gaussian YOLO; expected [region] or [yolo]",
    };

    /// <summary>Switches that change what a layer learns; off by 0.</summary>
    private static readonly Dictionary<string, string[]> Options = new(StringComparer.Ordinal)
    {
        ["convolutional"] = ["xnor", "cbn", "assisted_excitation"],
        ["dropout"] = ["dropblock"],
    };

    /// <summary>Options with a value; null: with any, also 0.</summary>
    private static readonly (string Key, string? Value, string Reason)[] Values =
    [
        ("share_index", null, "kernels that layers share"),
        ("tree", null, "a hierarchy of classes"),
        ("activation", "stair", "it has no slope"),
    ];

    /// <summary>Refuses a section that cannot be trained.</summary>
    /// <exception cref="BadModelException">It cannot; the message names it and the reason.</exception>
    public static void Refuse(DarknetSection section)
    {
        if (Sections.TryGetValue(section.Type, out var why)) throw section.Bad($"training does not support this section ({why})");
        section.Refuse(Options.GetValueOrDefault(section.Type, []));
        foreach (var (key, value) in section.Options)
        {
            foreach (var (_, _, reason) in Values.Where(v => v.Key == key && (v.Value is null || v.Value == value)))
                throw section.Bad($"training does not support {key}={value} ({reason})");
        }
    }
}
