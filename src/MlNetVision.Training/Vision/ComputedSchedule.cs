using MlNetVision.Gradients.Schedules;

namespace MlNetVision.Training.Vision;

/// <summary>A schedule given by a formula.</summary>
/// <param name="Name">Its identity: the kind and all numbers.</param>
/// <param name="Formula">The rate of a step.</param>
internal sealed record ComputedSchedule(string Name, Func<long, double> Formula) : LearningRateSchedule
{
    protected override double Rate(long step) => Formula(step);

    /// <summary>The name alone, by which a checkpoint identifies its schedule.</summary>
    public override string ToString() => Name;
}
