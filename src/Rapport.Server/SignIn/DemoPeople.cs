using System.Text.Json;
using Rapport.Server.Hosting;

namespace Rapport.Server.SignIn;

/// <summary>One of the invented people of a demo, with what a visitor needs to be them.</summary>
/// <param name="SignInName">What to type.</param>
/// <param name="Name">Who they are.</param>
/// <param name="About">What there is to see as them.</param>
/// <param name="Password">Also stands in <c>demo-tokens.json</c>.</param>
public sealed record DemoPerson(string SignInName, string Name, string About, string Password);

/// <summary>The people whom the sign-in page offers to be when the server was started with <c>--demo</c>.</summary>
internal static class DemoPeople
{
    private static readonly (string SignInName, string Name, string About)[] Known =
    [
        ("maya", "Maya", "A patient with a record of eight years. Share part of it with Dr Lee."),
        ("dr-lee", "Dr Lee", "Maya’s doctor. Reads what Maya shares, and nothing else."),
        ("sam", "Sam", "Maya’s carer. Sees what Maya shares with him."),
        ("noor", "Noor", "A patient whose record is still empty. Gather a file as her."),
        ("dr-osei", "Dr Osei", "A specialist. Sees nothing until Maya shares it."),
        ("mallory", "Mallory", "A stranger with an account. Sees nothing, ever."),
    ];

    /// <summary>The demo people in the order in which to try them; none when this is no demo.</summary>
    public static async Task<IReadOnlyList<DemoPerson>> ListAsync(ServerSettings settings, CancellationToken cancel)
    {
        var path = Path.Combine(settings.DataFolder, "demo-tokens.json");
        if (!settings.Demo || !File.Exists(path))
        {
            return [];
        }

        await using var file = File.OpenRead(path);
        using var json = await JsonDocument.ParseAsync(file, cancellationToken: cancel);
        var people = new List<DemoPerson>();
        foreach (var (signInName, name, about) in Known)
        {
            if (json.RootElement.TryGetProperty(signInName, out var person) && person.TryGetProperty("password", out var password))
            {
                people.Add(new DemoPerson(signInName, name, about, password.GetString() ?? ""));
            }
        }

        return people;
    }
}
