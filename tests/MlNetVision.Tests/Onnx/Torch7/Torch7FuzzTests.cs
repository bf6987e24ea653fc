using MlNetVision.Onnx.Torch7;
using static MlNetVision.Tests.Onnx.Torch7.TorchModules;

namespace MlNetVision.Tests.Onnx.Torch7;

/// <summary>Damaged files: every one is read, or refused by a <see cref="BadModelException"/>, soon and without taking much memory.</summary>
[TestClass]
public sealed class Torch7FuzzTests
{
    /// <summary>What objects and messages take, however short the file.</summary>
    private const long Fixed = 128 << 10;

    [TestMethod]
    [Timeout(120_000)]
    public void Import_TenThousandDamagedFiles_NoCrashNorHangNorMemoryBeyondFourTimesTheFile()
    {
        byte[][] small =
        [
            Torch7Writer.Bytes(Checkpoint()),
            Torch7Writer.Bytes(TorchObject.Container("Sequential", Same(3), TorchObject.Module("Tanh"))),
            Torch7Writer.Bytes(LuaTable.Sequence(TorchTensor.Of("Long", [1, 2, 3, 4], 2, 2), new TorchStorage("Byte", [1, 2, 3]), new LuaFunction(8, "code", new LuaTable()))),
        ];
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 9_800; i++) refused += IsRefused(Mutate(small[i % small.Length], random)) ? 1 : 0;
        Assert.IsTrue(refused is > 4_000 and < 9_800, $"{refused} of 9,800 were refused: some damage is to numbers, which may be any");
    }

    [TestMethod]
    [Timeout(120_000)]
    public void Import_PublishedFilesCutOffOrDamaged_NoCrashNorHangNorMemoryBeyondFourTimesTheFile()
    {
        var random = new Random(8);
        foreach (var name in new[] { "candy", "starry_night_doodle" })
        {
            var whole = File.ReadAllBytes(Shared.Path("models", "torch7", $"{name}.t7"));
            for (var i = 0; i < 100; i++)
            {
                if (i % 2 == 0) Assert.IsTrue(IsRefused(whole[..random.Next(whole.Length)]), "a file that is cut off");
                else IsRefused(Mutate(whole, random));
            }
        }
    }

    [TestMethod]
    public void Import_TablesOfManyEntries_MemoryWithinFourTimesTheFile()
    {
        const int Many = 50_000;
        IsRefused(Torch7Writer.Bytes(LuaTable.Sequence([.. Enumerable.Range(0, Many).Select(i => (object)(i % 2 == 0))])));
        IsRefused(Torch7Writer.Bytes(LuaTable.Of([.. Enumerable.Range(0, Many).Select(i => ((object)$"number {i}", (object?)(double)i))])));
        // Each says that all the rest of the file are its entries.
        var words = Enumerable.Range(1, 300).SelectMany(i => new[] { 3, i, Many / 20, 5, 1 }).Concat(Enumerable.Repeat(0, Many));
        Assert.IsTrue(IsRefused([.. words.SelectMany(BitConverter.GetBytes)]));
    }

    private static bool IsRefused(byte[] bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRefused = false;
        try
        {
            Torch7Importer.Import(bytes, "damaged.t7");
        }
        catch (BadModelException)
        {
            isRefused = true;
        }
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsLessThanOrEqualTo(4L * bytes.Length + Fixed, taken, $"{bytes.Length} bytes");
        return isRefused;
    }

    /// <summary>One to eight changes: a bit, a byte, a number that is apt to be a length, a piece left out, doubled, or cut off.</summary>
    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var changes = random.Next(1, 9); changes > 0 && bytes.Count > 8; changes--)
        {
            var at = random.Next(bytes.Count - 8);
            var length = random.Next(1, Math.Min(64, bytes.Count - at));
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: Put(bytes, at, BitConverter.GetBytes(random.Next(-2, 10))); break;
                case 3: Put(bytes, at, BitConverter.GetBytes(1L << random.Next(64))); break;
                case 4: bytes.RemoveRange(at, length); break;
                case 5: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                default: if (random.Next(4) == 0) bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }
        return [.. bytes];
    }

    private static void Put(List<byte> bytes, int at, byte[] values)
    {
        for (var i = 0; i < values.Length; i++) bytes[at + i] = values[i];
    }
}
