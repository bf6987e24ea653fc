namespace MlNetVision.Notebooks;

/// <summary>One cell of a notebook.</summary>
/// <param name="IsCode">Whether it is C#; otherwise it is markdown.</param>
/// <param name="Text">Its text, lines ended by \n, without one at the end.</param>
internal sealed record NotebookCell(bool IsCode, string Text);
