using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Gathering;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Gather;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Acting;

/// <summary>A record for a child that a parent or guardian begins and acts for. The child has an account of their own, and nobody can sign in with it until the operator lets the child in.</summary>
internal static class ChildRecord
{
    /// <summary>The most records of others that somebody acts for who begins one.</summary>
    public const int Most = 20;

    /// <summary>What a parent may do, for as long as the child is one.</summary>
    public static ActingTerms Terms(Person parent, string role, DateOnly born) => new(
        new SharingTerms
        {
            Recipient = parent.Reference,
            RecipientName = parent.DisplayName,
            Purpose = PurposeOfUse.ActingForPatient,

            // All of it, sensitive or not: the policy for minors takes from it what is the child's own from their birthday on.
            Labels = [SecurityLabels.Restricted, SecurityLabels.VeryRestricted],
        },
        [ConsentAction.Access, .. ActingTerms.Choices],
        role)
    { Born = born };

    /// <summary>Begins it.</summary>
    /// <param name="modules">The server's modules.</param>
    /// <param name="parent">Who begins it.</param>
    /// <param name="name">The child's name.</param>
    /// <param name="born">When the child was born.</param>
    /// <param name="role"><see cref="Delegation.Parent"/> or <see cref="Delegation.Guardian"/>.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The child, or what is wrong with the name.</returns>
    /// <remarks>Several commits, since accounts and records are modules of their own. Broken off between them, a record stays that nobody is led to, and it is begun anew.</remarks>
    public static async Task<(Person? Child, string? Problem)> BeginAsync(Modules modules, Person parent, string name, DateOnly born, string role, CancellationToken cancel)
    {
        var added = await modules.People.Accounts.AddDependentAsync(name, cancel);
        if (added.Value is not { } child)
        {
            return (null, added.Problem);
        }

        var own = await Patients.MakeRecordAsync(modules, child, cancel);
        var guardian = Patients.ActorOf(parent);
        await own.BeginForAsync(guardian, Terms(parent, role, born).ToConsent(own.Patient, child.DisplayName, modules.Clock.GetUtcNow()), cancel);
        await modules.People.Circle.AddAsync(own.Patient, parent.Id, role == Delegation.Parent ? "parent" : "guardian", cancel);

        // Who it is about is written down by who acts, and says so.
        var acting = await modules.Records.Acting.OpenAsync(own.Patient, guardian, cancel)
            ?? throw new InvalidOperationException("a record that was begun for a child does not open to whom it was begun by");
        var options = new ImportOptions { SourceKind = "person", SourceName = Say.Fill(HandText.SourceOf, parent.DisplayName) };
        await Importer.WriteAsync(acting, Importer.Read(SourceContent.Of("child.json", PatientOf(child.DisplayName, born)), options, null, cancel), options, cancel);
        return (child with { Record = own.Patient }, null);
    }

    private static byte[] PatientOf(string name, DateOnly born) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["resourceType"] = "Patient",
        ["name"] = new JsonArray(new JsonObject { ["text"] = name }),
        ["birthDate"] = born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    });
}
