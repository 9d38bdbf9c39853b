using System.CommandLine;
using System.Text.RegularExpressions;
using Rapport.Server.Cli;

namespace Rapport.Architecture.Tests;

/// <summary>What README and docs tell people to type and to read is there.</summary>
public sealed class DocsTests
{
    private static readonly IReadOnlyList<Command> Commands = CommandLine.Commands();

    /// <summary>A command as it is written in text and code blocks: <c>./rapport import FILE --patient P</c>.</summary>
    private static readonly Regex Typed = new(
        @"(?:^|[\s`(])(?:\./)?rapport (?<command>[a-z-]+)(?<rest>[^`\n]*)", RegexOptions.Multiline | RegexOptions.NonBacktracking);

    private static readonly Regex Option = new(@"(?:^|\s)(?<option>--[a-z-]+)", RegexOptions.NonBacktracking);

    private static readonly Regex OptionRow = new(@"^\| `(?<option>--[a-z-]+)", RegexOptions.Multiline | RegexOptions.NonBacktracking);

    private static readonly Regex Link = new(@"\]\((?<target>[^)#:]+)(#[^)]*)?\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    [Fact]
    public void TheReadmesOptionsAreThoseOfTheServer() => Assert.Equal(
        OptionsOf(ServeCommand.Create()).Order(),
        OptionRow.Matches(Text(Readme)).Select(match => match.Groups["option"].Value).Order());

    [Fact]
    public void CommandsInTheDocsExistWithTheirOptions() => House.AssertNone(
        from file in House.Files(".", ".md")
        from Match typed in Typed.Matches(Code(Text(file)))
        let command = Commands.FirstOrDefault(command => command.Name == typed.Groups["command"].Value)
        let unknown = Option.Matches(typed.Groups["rest"].Value).Select(match => match.Groups["option"].Value)
            .Except(command is null ? [] : OptionsOf(command))
        where command is null || unknown.Any()
        select $"{House.PathOf(file)}: {typed.Value.Trim()}");

    [Fact]
    public void LinksLeadToFiles() => House.AssertNone(
        from file in House.Files(".", ".md")
        from Match link in Link.Matches(Text(file))
        let target = Path.Combine(file.DirectoryName!, link.Groups["target"].Value)
        where !File.Exists(target) && !Directory.Exists(target)
        select $"{House.PathOf(file)}: {link.Groups["target"].Value}");

    private static FileInfo Readme => new(Path.Combine(House.Root.FullName, "README.md"));

    private static string Text(FileInfo file) => File.ReadAllText(file.FullName);

    private static IEnumerable<string> OptionsOf(Command command) => command.Options.Select(option => option.Name);

    /// <summary>The lines of code blocks, and of text what stands in backticks.</summary>
    private static string Code(string markdown)
    {
        var code = new System.Text.StringBuilder();
        bool inBlock = false;
        foreach (string line in markdown.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inBlock = !inBlock;
            }
            else if (inBlock)
            {
                code.AppendLine(line);
            }
            else
            {
                code.AppendJoin('\n', line.Split('`').Where((_, index) => index % 2 == 1)).AppendLine();
            }
        }

        return code.ToString();
    }
}
