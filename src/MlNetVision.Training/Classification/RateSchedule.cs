namespace MlNetVision.Training;

/// <summary>How the learning rate changes over the epochs of a run.</summary>
public enum RateSchedule
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>A tenth after each third of the epochs.</summary>
    Step,

    /// <summary>Half a cosine down to zero at the end.</summary>
    Cosine,
}
