namespace MlNetVision.Models;

/// <summary>Files and labels of a model in other places than beside it.</summary>
public sealed record OpenOptions
{
    /// <summary>The weights of a <c>.cfg</c>. Null: the <c>.weights</c> of the same stem beside it.</summary>
    public string? WeightsFile { get; init; }

    /// <summary>A file with the class names, one per line. Null: those in the model, or the <c>.names</c> beside a <c>.cfg</c>.</summary>
    public string? LabelsFile { get; init; }

    /// <summary>The class names, by class index; they win over <see cref="LabelsFile"/>. Null: none.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
