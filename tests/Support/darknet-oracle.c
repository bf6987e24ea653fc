// Runs training steps of the original Darknet on given input and ground truth, the same at each step.
// darknet-oracle NET.cfg NET.weights INPUT TRUTH SEEN STEPS OUT
//   INPUT, TRUTH: raw floats. OUT.delta, OUT.cost: of the last layer after the last forward pass. OUT.weights: after the last step.
#include <darknet.h>

static void fill(const char *path, float *values, size_t count)
{
    FILE *file = fopen(path, "rb");
    if (!file || fread(values, sizeof(float), count, file) != count) { fprintf(stderr, "%s: expected %zu floats\n", path, count); exit(2); }
    fclose(file);
}

static void keep(const char *stem, const char *ending, const float *values, size_t count)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s.%s", stem, ending);
    FILE *file = fopen(path, "wb");
    fwrite(values, sizeof(float), count, file);
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc != 8) return 2;
    network *net = load_network(argv[1], argv[2], 0);
    fill(argv[3], net->input, (size_t)net->inputs * net->batch);
    fill(argv[4], net->truth, (size_t)net->truths * net->batch);
    *net->seen = atoi(argv[5]);
    for (int step = atoi(argv[6]); step > 0; step--) train_network_datum(net);
    layer last = net->layers[net->n - 1];
    keep(argv[7], "delta", last.delta, (size_t)last.outputs * last.batch);
    keep(argv[7], "cost", last.cost, 1);
    char weights[4096];
    snprintf(weights, sizeof(weights), "%s.weights", argv[7]);
    save_weights(net, weights);
    return 0;
}
