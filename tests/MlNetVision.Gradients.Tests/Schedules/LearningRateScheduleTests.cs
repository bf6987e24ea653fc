using MlNetVision.Gradients.Schedules;

namespace MlNetVision.Gradients.Tests.Schedules;

[TestClass]
public sealed class LearningRateScheduleTests
{
    private static void Follows(LearningRateSchedule schedule, params (long Step, double Rate)[] expected)
    {
        foreach (var (step, rate) in expected) Assert.AreEqual(rate, schedule.At(step), 1e-7, $"step {step}");
    }

    [TestMethod]
    public void At_Constant_StaysTheSame() => Follows(new ConstantSchedule(0.1f), (0, 0.1), (1_000_000, 0.1));

    [TestMethod]
    public void At_Step_FallsAfterEachStretch() =>
        Follows(new StepSchedule(0.8f, 10, 0.5f), (0, 0.8), (9, 0.8), (10, 0.4), (19, 0.4), (20, 0.2), (39, 0.1));

    [TestMethod]
    public void At_Milestones_FallsAtEach() =>
        Follows(new MilestoneSchedule(0.8f, [3, 10], 0.5f), (0, 0.8), (2, 0.8), (3, 0.4), (9, 0.4), (10, 0.2), (1000, 0.2));

    [TestMethod]
    public void At_Cosine_FallsAlongHalfWaveAndStays() =>
        Follows(new CosineSchedule(1, 100, 0.2f), (0, 1), (25, 0.2 + (0.4 * (1 + Math.Sqrt(0.5)))), (50, 0.6), (100, 0.2), (200, 0.2));

    [TestMethod]
    public void At_WarmUp_RisesThenFollowsOther() =>
        Follows(new WarmUpSchedule(4, new StepSchedule(1, 2, 0.5f)), (0, 0.2), (1, 0.4), (3, 0.8), (4, 1), (5, 1), (6, 0.5));

    [TestMethod]
    public void Construct_ImpossibleSetting_Throws()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ConstantSchedule(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new StepSchedule(1, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new StepSchedule(1, 1, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MilestoneSchedule(1, [0]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MilestoneSchedule(1, [5, 5]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MilestoneSchedule(1, [5], -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CosineSchedule(float.NaN, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new WarmUpSchedule(0, new ConstantSchedule(1)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ConstantSchedule(1).At(-1));
    }
}
