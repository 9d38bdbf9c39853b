using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging.Abstractions;
using Rapport.Fhir;
using Rapport.Gathering;
using Rapport.Server.HealthLinks;
using Rapport.Server.Outbound;

namespace Rapport.Server.Cli;

/// <summary>
/// A SMART Health Link named on the command line in place of a file. The list of processes shows everybody what a command line says, so link and passcode may come from
/// standard input (a line each, the link first) or the environment.
/// </summary>
internal sealed class LinkInput
{
    private const string PasscodeVariable = "RAPPORT_LINK_PASSCODE";
    private const string FromInput = "-";

    private readonly Option<string?> _link = new("--link")
    {
        Description = "A SMART Health Link (shlink:/…) to open in place of a file; - for a line of standard input, so that nobody reads it in the list of processes",
        HelpName = "LINK",
    };

    private readonly Option<string?> _passcode = new("--passcode")
    {
        Description = "The passcode of the link; - for the next line of standard input, or set RAPPORT_LINK_PASSCODE: the list of processes shows what stands here",
        HelpName = "P",
    };

    /// <summary>What may be asked beside public addresses.</summary>
    public Option<IReadOnlyList<OutboundOpening>> Outbound { get; } = OutboundOption.Create();

    public LinkInput AddTo(Command command)
    {
        command.Add(_link);
        command.Add(_passcode);
        command.Add(Outbound);
        return this;
    }

    /// <summary>Whether a link was named.</summary>
    public bool IsIn(CommandResult result) => result.GetResult(_link) is not null;

    /// <summary>The link and its passcode; null with why not.</summary>
    public (HealthLink Link, string? Passcode)? Read(System.CommandLine.ParseResult parsed, out string problem)
    {
        var text = parsed.GetValue(_link)! is FromInput ? Console.In.ReadLine() ?? "" : parsed.GetValue(_link)!;
        var passcode = parsed.GetValue(_passcode) is FromInput ? Console.In.ReadLine() : parsed.GetValue(_passcode);
        var link = HealthLink.Read(text, out var mistake);
        problem = LinkWords.Of(mistake);
        return link is null ? null : (link, passcode ?? InstallationOptions.Environment(PasscodeVariable));
    }

    /// <summary>Opens a link.</summary>
    public static async Task<(SourceContent? Content, ImportResult? Refusal)> OpenAsync(
        IReadOnlyList<OutboundOpening> outbound, HealthLink link, string? passcode, string name, CancellationToken cancel)
    {
        using var client = new OutboundClient(outbound, TimeProvider.System, NullLogger<OutboundClient>.Instance);
        using var opener = new LinkOpener(client, TimeProvider.System);
        var opening = await opener.OpenAsync(default, link, passcode, cancel);
        return opening.Link is { } opened ? (SourceContent.Of(name, opened.Write()), null) : (null, Refuse(LinkWords.Of(link, opening)));
    }

    public static ImportResult Refuse(string problem) =>
        new() { Status = ImportStatus.Refused, Issues = [new CheckIssue(IssueSeverity.Error, "processing", "", problem)] };
}
