using System.Security.Cryptography;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Records;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>
/// The folder in which files lie until they are read, each sealed under its patient's key, and the name by which this server knows its own again after
/// a restart. Thread safe.
/// </summary>
internal sealed class Spool
{
    private readonly string _folder;

    public Spool(ServerSettings settings)
    {
        _folder = Path.Combine(settings.DataFolder, "spool");
        Directory.CreateDirectory(_folder);
        Node = ReadNode(Path.Combine(_folder, "node"));
    }

    /// <summary>Names this server among those on one database: random, made once.</summary>
    public string Node { get; }

    /// <summary>A new file for an import.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public FileStream Create(PatientId patient, LocalId job) =>
        new(PathOf(patient, job), FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024, FileOptions.Asynchronous);

    /// <summary>Opens the file of an import; null when it is not here.</summary>
    public FileStream? Open(PatientId patient, LocalId job)
    {
        try
        {
            return new FileStream(PathOf(patient, job), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether the file of an import is on this server.</summary>
    public bool Has(PatientId patient, GatheringJob job) => job.Node == Node && File.Exists(PathOf(patient, job.Id));

    /// <summary>The file of an import that is on this server.</summary>
    public SourceContent ContentOf(OwnAccess own, GatheringJob job)
    {
        var notes = ImportJobNotes.Read(job.Body);
        return new SourceContent(notes.FileName, notes.Length, () => own.Jobs.OpenFile(
            job.Id, Open(own.Patient, job.Id) ?? throw new FileNotFoundException("the file of an import is gone"), notes.Length));
    }

    /// <summary>Removes the file of an import, if there is one.</summary>
    public void Remove(PatientId patient, LocalId job) => File.Delete(PathOf(patient, job));

    /// <summary>All files there are, by their paths.</summary>
    public IReadOnlyList<string> List() => Directory.GetFiles(_folder, "*.sealed");

    /// <summary>Removes those of <paramref name="files"/> that no import needs any more: what a crash left behind, or what was given up on another server.</summary>
    public void KeepOnly(IEnumerable<string> files, IEnumerable<(PatientId Patient, LocalId Job)> jobs)
    {
        var needed = jobs.Select(job => PathOf(job.Patient, job.Job)).ToHashSet(StringComparer.Ordinal);
        foreach (var path in files.Where(path => !needed.Contains(path)))
        {
            File.Delete(path);
        }
    }

    private static string ReadNode(string path)
    {
        if (File.Exists(path))
        {
            return File.ReadAllText(path).Trim();
        }

        var node = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(path, node);
        return node;
    }

    private string PathOf(PatientId patient, LocalId job) => Path.Combine(_folder, $"{patient}.{job}.sealed");
}
