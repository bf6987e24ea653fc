using MlNetVision.Stress.DataSets;

namespace MlNetVision.Stress;

/// <summary>The generator of data sets: a share of the combinations that has each oddity, orientation and image format.</summary>
[TestClass]
public sealed class DataSetTests
{
    private const int Seed = 15;

    /// <summary>Every fifth combination, which is prime to the numbers of formats and orientations: the command <c>datasets</c> does all.</summary>
    private const int Share = 5;

    public static IEnumerable<object[]> Formats => DataSetCheck.Cases(Seed).Select(c => c.Format).Distinct().Select(f => new object[] { f });

    [TestMethod]
    [DynamicData(nameof(Formats))]
    [Timeout(120_000)]
    public void Open_EveryOddityOrientationAndImageFormat_GivesTheMeantBoxes(string format)
    {
        var wrong = DataSetCheck.Cases(Seed).Where((c, i) => c.Format == format && i % Share == 0).Select(c => (Case: c, What: DataSetCheck.Run(c))).Where(r => r.What is not null).ToList();
        Assert.IsEmpty(wrong, string.Join("\n", wrong.Take(5).Select(w => $"{w.Case}: {w.What}")));
    }

    /// <summary>The check sees a box that is one pixel off.</summary>
    [TestMethod]
    public void Run_SetWhoseLabelsAreOff_IsWrong()
    {
        var off = new Oddity("off", (set, folder) =>
            VocSets.All.First().Write(set with { Images = [.. set.Images.Select(i => i with { Boxes = [.. i.Boxes.Select(b => b with { Left = b.Left + 1 })] })] }, folder));
        Assert.IsNotNull(DataSetCheck.Run(new("VOC", off, 6, ".png", false, Seed)));
    }
}
