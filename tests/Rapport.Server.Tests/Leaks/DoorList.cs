using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Leaks;

/// <summary>One endpoint, and how it is shown to leak nothing: a line of <c>doors.txt</c>.</summary>
/// <param name="Method">GET stands for HEAD too.</param>
/// <param name="Path">The route as it was mapped.</param>
/// <param name="Kind">Whether others' records are behind it.</param>
/// <param name="Rest">The names of the probes and the fields of the general probe, or why there is nothing to probe.</param>
internal sealed record Door(string Method, string Path, DoorKind Kind, string Rest)
{
    /// <summary>The probes that knock on a door to others' records.</summary>
    public IReadOnlyList<string> Probes => Kind == DoorKind.Gate ? [.. Words.Where(static word => !word.Contains('='))] : [];

    /// <summary>What the general probe fills in.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields =>
        Kind == DoorKind.None ? [] : [.. Words.Except(Probes).Select(static text => text.Split('=', 2) is [var name, var value] ? (name, value) : throw new FormatException($"`{text}` is no field"))];

    /// <summary>Whether the general probe knocks on it.</summary>
    public bool IsClosedToOthers => Kind == DoorKind.Own || Fields.Count > 0;

    /// <summary>The JSON that the general probe sends; null for a form.</summary>
    public string? Body => BodyAt < 0 ? null : Rest[(BodyAt + "json ".Length)..];

    /// <summary>Whether two doors are one.</summary>
    public string Key => $"{Method} {Path}";

    /// <summary>Whether a path leads to it.</summary>
    public bool IsAt(string path)
    {
        var (there, asked) = (Path.Split('/'), path.Split('/'));
        return there.Length == asked.Length && there.Zip(asked).All(static pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }

    private int BodyAt => Rest.IndexOf("json ", StringComparison.Ordinal);

    private IReadOnlyList<string> Words => (BodyAt < 0 ? Rest : Rest[..BodyAt]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>What is behind a door.</summary>
internal enum DoorKind
{
    /// <summary>Others' records, through the gate.</summary>
    Gate,

    /// <summary>One's own record or account alone.</summary>
    Own,

    /// <summary>Nothing of any record.</summary>
    None,
}

/// <summary>Reads the list of doors, and the doors that a server really has.</summary>
internal static partial class DoorList
{
    /// <summary>Where the list is.</summary>
    public static string File => Path.Combine(Repository.Root, "tests", "Rapport.Server.Tests", "Leaks", "doors.txt");

    /// <summary>The list.</summary>
    public static IReadOnlyList<Door> Read() => [.. System.IO.File.ReadLines(File).Where(static line => line.Length > 0 && line[0] != '#').Select(Read)];

    /// <summary>The doors of a running server, but for styles, script and icons, which are the same for everybody.</summary>
    public static IReadOnlyList<string> Of(IEndpointRouteBuilder server) =>
    [
        .. server.DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(static endpoint => (Path: "/" + endpoint.RoutePattern.RawText!.Trim('/'), Methods: endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]))
            .Where(static door => !door.Path.StartsWith("/assets/", StringComparison.Ordinal))
            .SelectMany(static door => door.Methods.Where(static method => method != "HEAD").Select(method => $"{method} {door.Path}")).Distinct(),
    ];

    private static Door Read(string line)
    {
        var match = Line().Match(line);
        return match.Success && Enum.TryParse<DoorKind>(match.Groups["kind"].Value, ignoreCase: true, out var kind)
            ? new Door(match.Groups["method"].Value, match.Groups["path"].Value, kind, match.Groups["rest"].Value.Trim())
            : throw new FormatException($"`{line}` is no door: METHOD  PATH  gate, own or none  REST");
    }

    [GeneratedRegex("^(?<method>[A-Z]+) +(?<path>/[^ ]*) +(?<kind>gate|own|none)(?<rest>( .*)?)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
