using MlNetVision.Stress.Fuzzing;

namespace MlNetVision.Stress;

/// <summary>A short, seeded run of every fuzzer, so that each stays usable and known damage stays refused. The long runs are commands.</summary>
[TestClass]
public sealed class FuzzTests
{
    private const int Inputs = 200;
    private const int Seed = 15;

    public static IEnumerable<object[]> Readers => FuzzTargets.All.Select(t => new object[] { t.Name });

    [TestMethod]
    [DynamicData(nameof(Readers))]
    [Timeout(60_000)]
    public void Read_SoundAndDamagedInputs_AcceptedOrRefusedAsDocumented(string reader)
    {
        var target = FuzzTargets.Of(reader);
        var (counts, findings, folder) = (new FuzzCounts(), new List<string>(), Environment.CurrentDirectory);
        try
        {
            using var watch = new FuzzWatch(counts, (key, report) => throw new InvalidOperationException($"{key}: {report}"));
            new FuzzLoop(target, Seed, counts, f => findings.Add(FormattableString.Invariant($"{f.Number}: {f.Report}"))).Run(0, Math.Max(20, (long)(Inputs * target.Share)), () => false);
        }
        finally
        {
            Environment.CurrentDirectory = folder;
        }
        Assert.IsEmpty(findings, string.Join("\n", findings.Take(3)));
        Assert.IsGreaterThan(0, counts.Accepted);
    }

    [TestMethod]
    public void Readers_InAll_AreMoreThan22AndHaveNamesOfTheirOwn()
    {
        Assert.IsGreaterThan(22, FuzzTargets.All.Count);
        Assert.AreEqual(FuzzTargets.All.Count, FuzzTargets.All.Select(t => t.Name).Distinct().Count());
    }

    [TestMethod]
    public void Input_OfOneSeedAndNumber_IsTheSameEachTime()
    {
        foreach (var target in FuzzTargets.All.Where(t => t.Share == 1))
            CollectionAssert.AreEqual(new FuzzInput(target, 3)[77], new FuzzInput(target, 3)[77], target.Name);
    }

    [TestMethod]
    public void Run_ReaderThatThrowsSomethingElse_IsAFinding()
    {
        var target = new FuzzTarget("toy", "anything", "bin", () => ["abc"u8.ToArray()], _ => bytes => GC.KeepAlive(bytes[2])) { Refusals = [typeof(BadImageException)] };
        var findings = new List<FuzzFinding>();
        new FuzzLoop(target, 1, new FuzzCounts(), findings.Add).Run(0, 200, () => false);
        Assert.IsNotEmpty(findings);
        StringAssert.StartsWith(findings[0].Key, nameof(IndexOutOfRangeException));
    }
}
