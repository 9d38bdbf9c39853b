using Rapport.Server.Demo;
using Rapport.Server.Hosting;

namespace Rapport.Server.SignIn;

/// <summary>One of the invented people of a demo, with what a visitor needs to be them.</summary>
/// <param name="SignInName">What to type.</param>
/// <param name="Name">Who they are.</param>
/// <param name="About">What there is to see as them.</param>
/// <param name="Password">Also stands in <c>demo-tokens.json</c>.</param>
public sealed record DemoInvitation(string SignInName, string Name, string About, string Password)
{
    /// <summary>In the order in which to try them.</summary>
    private static IReadOnlyList<(string SignInName, string About)> Order =>
    [
        (DemoPerson.Maya, SignInText.DemoMaya),
        ("dr-lee", SignInText.DemoDrLee),
        ("sam", SignInText.DemoSam),
        (DemoPerson.Sofia, SignInText.DemoSofia),
        ("noor", SignInText.DemoNoor),
        ("dr-osei", SignInText.DemoDrOsei),
        ("kim", SignInText.DemoKim),
        ("iris", SignInText.DemoIris),
        ("oscar", SignInText.DemoOscar),
        ("mallory", SignInText.DemoMallory),
    ];

    /// <summary>Whom the sign-in page offers to be; nobody when the server was not started with <c>--demo</c>.</summary>
    internal static IReadOnlyList<DemoInvitation> List(ServerSettings settings)
    {
        if (!settings.Demo)
        {
            return [];
        }

        var access = DemoTokens.Read(settings);
        return
        [
            .. from known in Order
               where access.ContainsKey(known.SignInName)
               let person = DemoPerson.All.Single(person => person.SignInName == known.SignInName)
               select new DemoInvitation(known.SignInName, person.DisplayName, known.About, access[known.SignInName].Password),
        ];
    }
}
