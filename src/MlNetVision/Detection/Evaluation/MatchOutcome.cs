namespace MlNetVision.Detection.Evaluation;

/// <summary>What became of a detection when it was matched with the truth.</summary>
internal enum MatchOutcome : byte
{
    /// <summary>It found no object, or one already found.</summary>
    FalsePositive,

    /// <summary>It found an object.</summary>
    TruePositive,

    /// <summary>It fell on a difficult object or into a crowd, and counts as neither.</summary>
    Ignored,
}
