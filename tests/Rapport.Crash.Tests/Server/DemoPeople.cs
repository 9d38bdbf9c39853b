using System.Text.Json;

namespace Rapport.Crash.Tests;

/// <summary>One of the demo people, as <c>demo-tokens.json</c> names them.</summary>
internal sealed record DemoPerson(string Name, string Person, string? Patient, string Token)
{
    /// <summary>Reads the file that a server with <c>--demo</c> wrote.</summary>
    public static async Task<IReadOnlyDictionary<string, DemoPerson>> ReadAsync(ServerPlace place)
    {
        await using var file = File.OpenRead(Path.Combine(place.DataFolder, "demo-tokens.json"));
        using var json = await JsonDocument.ParseAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        return json.RootElement.EnumerateObject().ToDictionary(static p => p.Name, static p => new DemoPerson(
            p.Name,
            p.Value.GetProperty("person").GetString()!,
            p.Value.TryGetProperty("patient", out var patient) ? patient.GetString() : null,
            p.Value.GetProperty("token").GetString()!));
    }
}
