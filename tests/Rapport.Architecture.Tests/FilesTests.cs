using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Rapport.Architecture.Tests;

/// <summary>Habits that every file keeps.</summary>
public sealed class FilesTests
{
    private const int MaxLines = 500;

    /// <summary>A row of the README's dependency table: the package's name in backticks, and why it is there.</summary>
    private static readonly Regex DependencyRow =
        new(@"^\| `(?<package>[\w.]+)` \| \S.+ \|", RegexOptions.Multiline | RegexOptions.NonBacktracking);

    private static readonly Regex OfOneMachineOrLater = new(
        @"(^|[\s""'(=])/(work|root|home)/|\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException|api\.nuget\.org|registry\.npmjs",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private static readonly string[] TextEndings =
    [
        ".cs", ".razor", ".css", ".js", ".sql", ".csproj", ".props", ".md", ".http",
        "run", "test", "rapport", "publish-server", "run-tests", "with-postgres", "draw-icons",
    ];

    [Fact]
    public void SourceFilesAreShort() => House.AssertNone(
        from file in House.Files("src", ".cs", ".razor")
        let lines = File.ReadLines(file.FullName).Count()
        where lines > MaxLines
        select $"{House.PathOf(file)} has {lines} lines");

    /// <summary>Those that are part of the product: what telephones and desktops show for it, drawn by <c>tools/draw-icons</c>.</summary>
    private static readonly string[] Icons = [.. from name in (string[])["icon", "icon-full"] from size in (int[])[192, 512] select $"src/Rapport.Server/wwwroot/{name}-{size}.png"];

    [Fact]
    public void PicturesStandInTheirFolderAlone() => House.AssertNone(
        from file in House.Files(".", ".png", ".jpg", ".pdf", ".zip", ".db")
        let path = House.PathOf(file)
        where !path.StartsWith("docs/images/", StringComparison.Ordinal) && !Icons.Contains(path)
        select path);

    [Fact]
    public void EveryProjectHasItsLockFile() => House.AssertNone(
        from project in House.Files(".", ".csproj")
        where !File.Exists(Path.Combine(project.DirectoryName!, "packages.lock.json"))
        select House.PathOf(project));

    [Fact]
    public void EveryPackageIsExplainedInTheReadme()
    {
        var packages =
            from package in XDocument.Load(Path.Combine(House.Root.FullName, "Directory.Packages.props")).Descendants("PackageVersion")
            select package.Attribute("Include")!.Value;
        var explained =
            from row in DependencyRow.Matches(File.ReadAllText(Path.Combine(House.Root.FullName, "README.md")))
            select row.Groups["package"].Value;

        Assert.Equal(packages.Order(), explained.Order());
    }

    [Fact]
    public void NothingSpeaksOfOneMachineOrOfLater() => House.AssertNone(
        from file in House.Files(".", TextEndings)
        where file.Name != nameof(FilesTests) + ".cs"
        from line in File.ReadLines(file.FullName).Select((text, index) => (text, number: index + 1))
        where OfOneMachineOrLater.IsMatch(line.text)
        select $"{House.PathOf(file)}:{line.number}: {line.text.Trim()}");
}
