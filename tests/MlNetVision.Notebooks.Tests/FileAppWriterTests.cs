namespace MlNetVision.Notebooks.Tests;

[TestClass]
public sealed class FileAppWriterTests
{
    private static readonly string App = FileAppWriter.Write(NotebookSource.Parse("lesson", """
        Some text.

        ```csharp
        #r "nuget: MlNetVision, 0.1.0"
        #r "nuget: Some.Package, 1.2.3"

        using Some.Namespace;
        ```
        ```csharp
        using Another.Namespace;

        using (var open = Open()) display(open);
        ```
        ```csharp
        public sealed class Row;
        ```
        ```csharp
        #r "nuget: MlNetVision.Training, 0.1.0"
        ```
        """));

    [TestMethod]
    [DataRow("#:project ../src/MlNetVision/MlNetVision.csproj\n#:package Some.Package\n", DisplayName = "packages become directives")]
    [DataRow("#:project ../src/MlNetVision.Training/MlNetVision.Training.csproj\n", DisplayName = "the repository's own packages become projects")]
    [DataRow("using Another.Namespace;\nusing Some.Namespace;\n", DisplayName = "using directives come first")]
    [DataRow("\n// Some text.\n", DisplayName = "text becomes comments")]
    [DataRow("\nusing (var open = Open()) display(open);\n", DisplayName = "using statements stay")]
    [DataRow("$\"lesson.{++_images:00}.{", DisplayName = "images are named after the notebook, for the folder may have a 01.jpg of its own")]
    public void Write_Notebook_Holds(string expected) => StringAssert.Contains(App, expected);

    [TestMethod]
    public void Write_Types_StandBehindAllStatements() => StringAssert.EndsWith(App, "types.\npublic sealed class Row;\n");

    [TestMethod]
    public void Write_Notebook_HasNoScriptDirectives() => Assert.IsFalse(App.Contains("#r ", StringComparison.Ordinal), App);
}
