namespace MlNetVision.Detection.Evaluation;

/// <summary>How a detection was matched with the ground truth.</summary>
internal enum MatchOutcome : byte
{
    /// <summary>It matched no object, or one already matched.</summary>
    FalsePositive,

    /// <summary>It matched an object.</summary>
    TruePositive,

    /// <summary>It matched a difficult object or a crowd, and counts as neither.</summary>
    Ignored,
}
