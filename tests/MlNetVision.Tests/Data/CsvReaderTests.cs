using MlNetVision.Data;
using MlNetVision.Files;

namespace MlNetVision.Tests.Data;

[TestClass]
public sealed class CsvReaderTests
{
    [TestMethod]
    [DataRow("a,b", "a|b")]
    [DataRow("a,b\n", "a|b")]
    [DataRow("a,\r\n,b\r\n", "a|;|b")]
    [DataRow(" a , b \n\n \n c,d", "a|b;c|d")]
    [DataRow("\"a,1\", \"b \"\"q\"\"\" \n", "a,1|b \"q\"")]
    [DataRow("\"\",\"\"\"\"", "|\"")]
    [DataRow("\" a \",b c", " a |b c")]
    [DataRow("a\rb", "a;b")]
    [DataRow("", "")]
    public void Read_Text_GivesFields(string text, string expected) => Assert.AreEqual(
        expected, string.Join(';', CsvReader.Read(text, "list.csv").Select(record => string.Join('|', record.Fields))));

    [TestMethod]
    public void Read_LineBreakInQuotes_KeepsItAndCountsLines()
    {
        var records = CsvReader.Read("a,\"x\r\ny\nz\"\n\nb,c", "list.csv").ToList();
        Assert.AreEqual("x\r\ny\nz", records[0].Fields[1]);
        Assert.AreEqual((1, 5), (records[0].Line, records[1].Line));
    }

    [TestMethod]
    [DataRow("a,b\nc,d\"e", "line 2: a quote within an unquoted field")]
    [DataRow("a,b\n\nc,\"d\n\n", "line 3: a quote is opened and not closed")]
    [DataRow("\"a\"b,c", "line 1: 'b' follows a closing quote")]
    public void Read_MisplacedQuote_NamesLine(string text, string expected)
    {
        var error = Assert.ThrowsExactly<BadDataSetException>(() => CsvReader.Read(text, "list.csv").ToList());
        StringAssert.StartsWith(error.Message, $"list.csv, {expected}");
    }

    [TestMethod]
    public void Read_WrittenFields_ComeBack()
    {
        var chance = new Random(4);
        var letters = "ab ,\"\n\r\té🌹";
        for (var round = 0; round < 200; round++)
        {
            var fields = Enumerable.Range(0, 3).Select(_ => "x" + string.Concat(Enumerable.Range(0, chance.Next(6)).Select(_ => letters[chance.Next(9)])) + "y").ToList();
            CollectionAssert.AreEqual(fields, CsvReader.Read(string.Join(',', fields.Select(Csv.Field)), "list.csv").Single().Fields.ToList());
        }
    }
}
