using Rapport.Data;
using Rapport.Gathering;
using Rapport.Server.Hosting;

namespace Rapport.Server.Jobs;

/// <summary>
/// Makes what waits of devices part of the entries when its time has come, also of devices that send nothing any more. Each node does it; of two at once one finds that it is done. Thread safe.
/// </summary>
internal sealed class DeviceFolding(Modules modules, ILogger<DeviceFolding> log) : RepeatedWork(TimeSpan.FromMinutes(1), modules.Clock, log)
{
    private const int MostAtOnce = 100;

    /// <summary>Folds what is due now.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task FoldAsync(CancellationToken cancel)
    {
        foreach (var (patient, device) in await modules.Records.Compartments.DevicesDueAsync(modules.Clock.GetUtcNow(), MostAtOnce, cancel))
        {
            try
            {
                await DeviceIntake.FoldAsync(await Patients.OpenAsync(modules, patient, cancel), device, cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException and not StorageException)
            {
                // One record that does not open must not keep the others waiting.
                Log.FoldingFailed(log, e.GetType().Name);
            }
        }
    }

    protected override Task PassAsync(CancellationToken cancel) => FoldAsync(cancel);
}
