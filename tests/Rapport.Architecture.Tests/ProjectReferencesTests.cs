using System.Runtime.CompilerServices;
using System.Reflection;
using System.Xml.Linq;

namespace Rapport.Architecture.Tests;

/// <summary>Which module may use which, as docs/architecture.md draws it. A new module adds its line here.</summary>
public sealed class ProjectReferencesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Rapport.Fhir"] = [],
        ["Rapport.Language"] = [],
        ["Rapport.Consent"] = ["Rapport.Fhir", "Rapport.Language"],
        ["Rapport.Ledger"] = [],
        ["Rapport.Data"] = [],
        ["Rapport.Labelling"] = ["Rapport.Fhir", "Rapport.Language"],
        ["Rapport.Merging"] = ["Rapport.Fhir"],
        ["Rapport.Records"] = ["Rapport.Fhir", "Rapport.Consent", "Rapport.Ledger", "Rapport.Data", "Rapport.Merging", "Rapport.Labelling"],
        ["Rapport.Gathering"] = ["Rapport.Fhir", "Rapport.Records"],
        ["Rapport.People"] = ["Rapport.Data", "Rapport.Language"],
        ["Rapport.Conversations"] = ["Rapport.Fhir", "Rapport.Consent", "Rapport.Data", "Rapport.People", "Rapport.Records"],
        ["Rapport.Server"] =
        [
            "Rapport.Fhir", "Rapport.Consent", "Rapport.Ledger", "Rapport.Data", "Rapport.Records", "Rapport.Gathering", "Rapport.People",
            "Rapport.Language", "Rapport.Merging", "Rapport.Labelling", "Rapport.Conversations",
        ],
    };

    /// <summary>Who may use the database driver, the web framework and the like: everybody else stays free of them.</summary>
    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Rapport.Data"] = ["Dapper", "Microsoft.Data.Sqlite.Core", "Npgsql", "SQLitePCLRaw.bundle_e_sqlite3"],
        ["Rapport.Server"] = ["MailKit", "Microsoft.AspNetCore.OpenApi", "QRCoder", "System.CommandLine", "System.Security.Cryptography.Pkcs"],
    };

    [Fact]
    public void EveryModuleHasItsLineInTheTable() => Assert.Equal(Allowed.Keys.Order(), House.Modules);

    [Fact]
    public void ModulesReferToWhatTheTableAllows() => Assert.All(House.Modules, module =>
    {
        var referred = Included(module, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

        Assert.Empty(referred.Except(Allowed[module]));
    });

    [Fact]
    public void ModulesUseThePackagesTheTableAllows() => Assert.All(House.Modules, module =>
        Assert.Empty(Included(module, "PackageReference").Except(AllowedPackages.GetValueOrDefault(module, []))));

    [Fact]
    public void ModulesOpenTheirInternalsToTestsAndBenchmarksOnly() => Assert.All(House.Assemblies, assembly =>
    {
        var friends = assembly.GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName);

        Assert.All(friends, friend => Assert.Matches(@"^Rapport\.(\w+\.Tests|Bench)$", friend));
    });

    private static IEnumerable<string> Included(string module, string item)
    {
        var project = XDocument.Load(Path.Combine(House.Root.FullName, "src", module, module + ".csproj"));
        return project.Descendants(item).Select(element => element.Attribute("Include")!.Value);
    }
}
