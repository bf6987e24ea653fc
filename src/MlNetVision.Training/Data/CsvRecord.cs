namespace MlNetVision.Training;

/// <summary>One record of comma-separated values.</summary>
/// <param name="Line">The line that it begins on, from 1.</param>
/// <param name="Fields">Its fields, without the quotes around them.</param>
internal readonly record struct CsvRecord(int Line, IReadOnlyList<string> Fields);
