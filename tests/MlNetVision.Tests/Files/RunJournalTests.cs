using MlNetVision.Files;

namespace MlNetVision.Tests.Files;

/// <summary>The journal of a run: what survives damage, and what is refused.</summary>
[TestClass]
public sealed class RunJournalTests : IDisposable
{
    private static readonly Dictionary<string, string> Run = new() { ["command"] = "detect", ["--confidence"] = "'0.5'" };

    private readonly TemporaryFolder _folder = new();

    private string File => _folder.Path(".mlnetvision-0.journal");

    public void Dispose() => _folder.Dispose();

    /// <summary>Whatever single bit of the file changes: a line is lost at most, and no entry is another than it was.</summary>
    [TestMethod]
    public void Resume_AnyBitFlipped_LosesOneLineAtMost()
    {
        var whole = Write(4);
        for (var bit = 0; bit < 8 * whole.Length; bit += 3)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            System.IO.File.WriteAllBytes(File, damaged);
            using var journal = RunJournal.Resume(File, Run);
            Assert.IsNotNull(journal, $"bit {bit}");
            Assert.IsGreaterThanOrEqualTo(3, journal.Count, $"bit {bit}");
            AssertEntries(journal, 4);
        }
    }

    [TestMethod]
    public void Resume_CutAnywhere_KeepsTheLinesBeforeAndGoesOn()
    {
        var whole = Write(3);
        for (var length = 0; length <= whole.Length; length += 7)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            using (var journal = RunJournal.Resume(File, Run))
            {
                if (journal is null) continue; // not even the first line is whole
                AssertEntries(journal, 3);
                journal.Add(Entry(9));
            }
            using var again = RunJournal.Resume(File, Run);
            Assert.IsNotNull(again!.Find("9.png"), $"{length} bytes");
            AssertEntries(again, 3);
        }
    }

    [TestMethod]
    public void Resume_AnotherRun_IsRefused()
    {
        Write(1);
        var other = new Dictionary<string, string>(Run) { ["--confidence"] = "'0.6'", ["--iou"] = "'0.1'" };
        var error = Assert.ThrowsExactly<ArgumentException>(() => RunJournal.Resume(File, other));
        StringAssert.Contains(error.Message, "--confidence was '0.5', and is '0.6'; --iou was not given, and is '0.1'");
    }

    [TestMethod]
    public void Resume_WhileAnotherRunHasItOpen_IsRefused()
    {
        using var open = RunJournal.Start(File, Run);
        Assert.ThrowsExactly<IOException>(() => RunJournal.Resume(File, Run));
        Assert.ThrowsExactly<IOException>(() => RunJournal.Start(File, Run));
        open.Complete();
        Assert.IsFalse(System.IO.File.Exists(File));
    }

    [TestMethod]
    public void IsWhole_FileChangedOrGone_IsNot()
    {
        var path = _folder.Write("a.png", [1, 2, 3]);
        var file = WrittenFile.Of(path);
        Assert.IsTrue(file.IsWhole());
        System.IO.File.WriteAllBytes(path, [1, 2, 4]);
        Assert.IsFalse(file.IsWhole());
        System.IO.File.Delete(path);
        Assert.IsFalse(file.IsWhole());
    }

    private static void AssertEntries(RunJournal journal, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (journal.Find($"{i}.png") is not { } found) continue;
            Assert.AreEqual(Entry(i) with { Files = found.Files }, found);
            CollectionAssert.AreEqual(Entry(i).Files.ToArray(), found.Files.ToArray());
        }
    }

    private byte[] Write(int entries)
    {
        using (var journal = RunJournal.Start(File, Run))
            for (var i = 0; i < entries; i++) journal.Add(Entry(i));
        return System.IO.File.ReadAllBytes(File);
    }

    private static JournalEntry Entry(int i) => new($"{i}.png", new string('a', 8), $"{{\"image\":\"é{i}\"}}", $"{i}.png: 1\nroses", [new($"out/{i}.png", i, "b")]);
}
