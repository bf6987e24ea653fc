// Runs the four tasks of the plain API in an app that is compiled ahead of time, and prints what they find.
// Usage: AotApp TASK MODEL IMAGE [TASK MODEL IMAGE]..., where TASK is detect, segment, classify or stylize.
if (args.Length == 0 || args.Length % 3 != 0)
{
    Console.Error.WriteLine("Usage: AotApp TASK MODEL IMAGE [TASK MODEL IMAGE]...");
    return 2;
}

foreach (var run in args.Chunk(3))
    foreach (var line in TaskLines.Of(run[0], run[1], run[2])) Console.WriteLine(line);
return 0;
