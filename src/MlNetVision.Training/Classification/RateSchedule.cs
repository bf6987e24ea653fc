namespace MlNetVision.Training;

/// <summary>The learning rate schedule over the epochs of a run.</summary>
public enum RateSchedule
{
    /// <summary>Constant.</summary>
    Constant,

    /// <summary>A tenth after each third of the epochs.</summary>
    Step,

    /// <summary>Half a cosine down to zero at the end.</summary>
    Cosine,
}
