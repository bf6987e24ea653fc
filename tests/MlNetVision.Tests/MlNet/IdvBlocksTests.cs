using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetVision.Classification;
using MlNetVision.MlNet;

namespace MlNetVision.Tests.MlNet;

[TestClass]
public sealed class IdvBlocksTests
{
    // More rows than a block takes, and columns of which some are ready far sooner than others.
    private static readonly Row[] Rows = [.. Enumerable.Range(0, 20_000).Select(i => new Row { Text = new('a', i % 300), Number = i, Numbers = [i, i / 2f, -i] })];

    [TestMethod]
    public void Order_TableSavedManyTimes_GivesTheSameBytesAndReadsTheSameRows()
    {
        var context = new MLContext();
        var view = context.Data.LoadFromEnumerable(Rows);
        var tables = Enumerable.Range(0, 12).Select(_ => Saved(context, view)).ToArray();
        foreach (var table in tables) IdvBlocks.Order(table);
        foreach (var table in tables) Assert.IsTrue(table.AsSpan().SequenceEqual(tables[0]));

        using var file = new TemporaryFile(".idv");
        File.WriteAllBytes(file.Path, tables[0]);
        var read = context.Data.CreateEnumerable<Row>(context.Data.LoadFromBinary(file.Path), reuseRowObject: false).ToArray();
        Assert.HasCount(Rows.Length, read);
        for (var i = 0; i < read.Length; i++)
        {
            Assert.AreEqual(Rows[i].Text, read[i].Text);
            Assert.AreEqual(Rows[i].Number, read[i].Number);
            CollectionAssert.AreEqual(Rows[i].Numbers, read[i].Numbers);
        }
    }

    /// <summary>By hand: two blocks of one column each, the second column's first.</summary>
    [TestMethod]
    public void Order_BlocksChangedPlaces_PutsThemBack()
    {
        var expected = Table([1, 2, 3], 256, [9, 8], 259);
        var table = Table([9, 8, 1], 258, [2, 3], 256);
        // The first column's block is 1, 2, 3 at 258; the second's 9, 8 at 256.
        IdvBlocks.Order(table);
        CollectionAssert.AreEqual(expected, table);
        IdvBlocks.Order(table);
        CollectionAssert.AreEqual(expected, table, "in order already");
    }

    [TestMethod]
    public void SaveStandaloneZip_ManyTimes_WritesTheSameBytes()
    {
        using var classifier = ImageClassifier.Load("flowers");
        using var file = new TemporaryFile(".zip");
        var files = Enumerable.Range(0, 16).Select(_ =>
        {
            classifier.SaveStandaloneZip(file.Path);
            return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file.Path)));
        });
        Assert.HasCount(1, files.Distinct().ToArray());
    }

    private static byte[] Saved(MLContext context, IDataView view)
    {
        using var stream = new MemoryStream();
        context.Data.SaveAsBinary(view, stream);
        return stream.ToArray();
    }

    // A header, five bytes of blocks, the lookups of two columns and the table of contents.
    private static byte[] Table(byte[] first, long firstBlock, byte[] second, long secondBlock)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0x00425644004C4D43); // CML DVB
        writer.Write(0x0001000100010005);
        writer.Write(0x0001000100010005);
        writer.Write(256L + 5 + 2 * 16); // the table of contents
        writer.Write(0L);
        writer.Write(1L); // rows
        writer.Write(2); // columns
        writer.Write(new byte[256 - stream.Length]);
        writer.Write(first);
        writer.Write(second);
        foreach (var (at, length) in new[] { (firstBlock, 3), (secondBlock, 2) })
        {
            writer.Write(at);
            writer.Write(length);
            writer.Write(length);
        }
        foreach (var (name, lookup) in new[] { ("Key", 261L), ("Value", 277L) })
        {
            writer.Write(name);
            writer.Write("codec");
            writer.Write((byte)0); // the length of its parameters
            writer.Write((byte)0); // no compression
            writer.Write([0x80, 0x40]); // 8192 rows a block
            writer.Write(lookup);
            writer.Write(0L);
        }
        writer.Flush();
        return stream.ToArray();
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public int Number { get; set; }

        [VectorType(3)]
        public float[] Numbers { get; set; } = [];
    }
}
