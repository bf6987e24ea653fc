using System.Security.Cryptography;
using System.Text;

namespace MlNetVision.Stress.Fuzzing;

/// <summary>Writes findings to a folder: the input, and a text that says what happened and how to see it again. Of equal ones the first is kept.</summary>
internal sealed class FuzzFindings(string folder, FuzzTarget target, int seed)
{
    private const int LongestReport = 20_000;

    public void Write(FuzzFinding finding)
    {
        var name = $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(finding.Key)))[..8]}";
        Directory.CreateDirectory(folder);
        var text = Path.Combine(folder, $"{name}.report.txt");
        if (File.Exists(text)) return;
        File.WriteAllBytes(Path.Combine(folder, $"{name}.{target.Extension}"), finding.Input);
        var report = finding.Report.Length > LongestReport ? finding.Report[..LongestReport] : finding.Report;
        File.WriteAllText(text, FormattableString.Invariant($"{target.Name} input {finding.Number} of seed {seed}: {finding.Key}\nagain: fuzz {target.Name} --seed {seed} --only {finding.Number}\n\n{report}\n"));
        Console.Error.WriteLine(FormattableString.Invariant($"finding: {target.Name} {finding.Number}: {finding.Key}"));
    }
}
